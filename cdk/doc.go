// Package cdk deploys workflows with the AWS CDK.
//
// [NewWorkflow] is an ordinary construct, for anybody's app and stack: it makes the state
// machine, one Lambda function for each handler of the workflow, their roles and their
// logs. Names of the document, such as ${Photos}, are bound to constructs of any kind:
//
//	tagging := cdk.NewWorkflow(stack, "ImageTagging", cdk.WorkflowProps{
//		Workflow: imagetagging.ImageTagging,
//		Bind:     cdk.Bind{"Photos": photos, "Failures": failures},
//		Handlers: cdk.Handlers{Main: "./lambdas/imagetagging/main", Memory: 1024},
//		Grants:   cdk.Grants{cdk.Read(bucket, "private/*/uploads/*")},
//		Logs:     cdk.LogAll,
//	})
//
// The machine's DefinitionString is the very document that stepwright asl prints; the
// bound names are DefinitionSubstitutions. Each role may do what the document does and
// nothing else. What the document does not tell, because it is only known when the
// workflow runs, must be granted; nothing is widened to "*".
//
// [NewRule] starts a workflow when an object is created or when another workflow has
// ended; [NewNotEmptyAlarm] and [NewFailuresAlarm] watch over it. [NewApp] is a thin
// convenience around the library's app: recommended feature flags, errors as values.
//
// # Mistakes
//
// Constructors do not panic. Mistakes are collected and all told by Synth, with the
// position in the author's own source first. The construct of a mistaken call is there,
// but empty.
//
// # jsii
//
// The CDK library runs in Node. It is not safe for several goroutines: make constructs in
// one. Properties must never hold pointers to structs of ours.
package cdk
