package states

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// The kinds of ARNs, as they stand in them.
const (
	machineKind   = "stateMachine"
	executionKind = "execution"
	expressKind   = "express"
)

func invalidArn(format string, args ...any) error {
	return wire.Errorf("InvalidArn", "Invalid Arn: '%s'", fmt.Sprintf(format, args...))
}

// arn reads a member that is an ARN of one of the kinds, and gives it with what follows the kind.
func (s *Service) arn(in value.Value, member string, kinds ...string) (arn, rest string, err error) {
	arn, err = text(in, member, rule{required: true, min: 1, max: 256})
	if err != nil {
		return "", "", err
	}
	if !strings.HasPrefix(arn, "arn:") {
		return "", "", invalidArn("Invalid ARN prefix: %s", arn)
	}
	parts := strings.SplitN(arn, ":", 7)
	if len(parts) < 7 || parts[6] == "" {
		return "", "", invalidArn("Invalid ARN: %s", arn)
	}
	a := s.config.Account
	switch {
	case parts[1] != a.Partition || parts[2] != "states":
		return "", "", invalidArn("Invalid ARN: %s", arn)
	case parts[3] != a.Region || parts[4] != a.ID:
		return "", "", invalidArn("%s is not of this machine, which is region %s of account %s", arn, a.Region, a.ID)
	}
	for _, k := range kinds {
		if parts[5] == k {
			return arn, parts[6], nil
		}
	}
	return "", "", invalidArn("Resource type not valid in this context: %s", parts[5])
}

func (s *Service) machineArn(name string) string {
	return s.config.Account.ARN("states", machineKind+":"+name)
}

// checkName applies the rules for names of machines and executions (service quotas, naming).
func checkName(name string) error {
	bad := name == "" || !utf8.ValidString(name) || strings.ContainsAny(name, "<>{}[]?*\"#%\\^|~`$&,;:/")
	for _, r := range name {
		bad = bad || unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF'
	}
	if bad {
		return wire.Errorf("InvalidName", "Invalid Name: '%s'", name)
	}
	return nil
}
