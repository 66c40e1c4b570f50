package lambda

import (
	"fmt"
	"math"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// The lines that the platform adds to a function's log, as "Understanding Lambda logs" shows them in
// docs.aws.amazon.com/lambda/latest/dg: INIT_START, START, END and REPORT in format Text, or objects of the Telemetry
// API's schema in format JSON.

// initStart says that a process begins.
func (o *output) initStart() {
	p := o.instance.pool
	version := strings.Replace(p.Runtime, ".", ":", 1) + ".local"
	arn := p.service.config.Account.ARN("lambda", "runtime:local")
	if p.LogFormat == "JSON" {
		if p.shows(infoLevel) {
			p.service.log(p.LogGroup, o.stream, p.service.now(), p.event("platform.initStart", value.M("initializationType", value.String("on-demand")),
				value.M("phase", value.String("init")), value.M("runtimeVersion", value.String(version)), value.M("runtimeVersionArn", value.String(arn))))
		}
		return
	}
	p.service.log(p.LogGroup, o.stream, p.service.now(), "INIT_START Runtime Version: "+version+"\tRuntime Version ARN: "+arn)
}

func (o *output) begin(inv *invocation) {
	p := o.instance.pool
	o.current, o.cut, o.tail = inv, false, o.tail[:0]
	o.left = p.service.config.MaxLogBytes
	if p.LogFormat == "JSON" {
		o.event(infoLevel, "platform.start", value.M("requestId", value.String(inv.id)), value.M("version", value.String(p.version)))
		return
	}
	o.platform("START RequestId: " + inv.id + " Version: " + p.version)
}

func (o *output) finish(inv *invocation) {
	if inv.note != "" {
		o.note(inv)
	}
	o.report(inv)
	inv.tail = append([]byte(nil), o.tail...)
	close(inv.logged)
}

// note is the line of a timeout or a crash; the JSON format says it in platform.runtimeDone.
func (o *output) note(inv *invocation) {
	if o.instance.pool.LogFormat != "JSON" {
		o.platform(inv.note)
	}
}

func (o *output) report(inv *invocation) {
	p := o.instance.pool
	took := milliseconds(inv.ended.Sub(inv.begun))
	cold := milliseconds(inv.cold)
	billed := int(math.Ceil(took + cold)) // of a managed runtime the start counts since August 2025
	if p.LogFormat == "JSON" {
		o.reportJSON(inv, took, cold, billed)
		return
	}
	line := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB",
		inv.id, took, billed, p.MemorySize)
	if inv.cold > 0 {
		line += fmt.Sprintf("\tInit Duration: %.2f ms", cold)
	}
	if inv.status != "" {
		line += "\tStatus: " + inv.status
	}
	if inv.status == "error" {
		line += "\tError Type: " + "Runtime.ExitError"
	}
	o.platform("END RequestId: " + inv.id)
	o.platform(line)
}

// The levels of the platform's lines. Only those at or above the function's SystemLogLevel appear.
const (
	debugLevel = iota
	infoLevel
	warnLevel
)

func (o *output) reportJSON(inv *invocation, took, cold float64, billed int) {
	p := o.instance.pool
	status, done, level := "success", debugLevel, infoLevel
	if inv.status != "" {
		status, done, level = inv.status, warnLevel, warnLevel
	}
	id, failure := value.M("requestId", value.String(inv.id)), value.M("errorType", value.Value{})
	if inv.status == "error" {
		failure = value.M("errorType", value.String("Runtime.ExitError"))
	}
	o.event(done, "platform.runtimeDone", id, value.M("status", value.String(status)), failure,
		value.M("metrics", value.Object(value.M("durationMs", value.Float(took)))))
	metrics := value.Object(value.M("durationMs", value.Float(took)), value.M("billedDurationMs", value.Int(billed)),
		value.M("memorySizeMB", value.Int(p.MemorySize)))
	if inv.cold > 0 {
		metrics = metrics.With("initDurationMs", value.Float(cold))
	}
	o.event(level, "platform.report", id, value.M("metrics", metrics), value.M("status", value.String(status)), failure)
}

func (o *output) event(level int, kind string, record ...value.Member) {
	if p := o.instance.pool; p.shows(level) {
		o.platform(p.event(kind, record...))
	}
}

// event is a line of the platform in JSON.
func (p *pool) event(kind string, record ...value.Member) string {
	return value.Object(
		value.M("time", value.String(stamp(p.service.now()))),
		value.M("type", value.String(kind)),
		value.M("record", value.Object(record...)),
	).String()
}

// shows tells whether lines of this level appear in the function's log.
func (p *pool) shows(level int) bool {
	switch p.SystemLogLevel {
	case "DEBUG":
		return true
	case "WARN":
		return level >= warnLevel
	}
	return level >= infoLevel
}
