// Command broken does not compile: a test builds it for Lambda.
package main

func main() { missing() }
