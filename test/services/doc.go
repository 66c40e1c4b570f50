// Package services holds probes: small conversations between unmodified AWS SDK clients and the local machine, one table
// for each service. Every probe names the page of the documentation, or the recording, that says what the service
// answers.
package services
