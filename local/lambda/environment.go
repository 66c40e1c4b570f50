package lambda

import (
	"net/url"
	"path/filepath"
	"strconv"
)

// environment is all that a process learns of the world: nothing of our own environment gets through.
func (i *instance) environment() []string {
	f, c := i.pool, i.pool.service.config
	root := f.Dir
	if root == "" {
		root = filepath.Dir(f.program)
	}
	nowhere := filepath.Join(i.home, "nowhere")
	env := []string{
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"LANG=en_US.UTF-8",
		"TZ=:UTC",
		"HOME=" + i.home,
		"TMPDIR=" + filepath.Join(i.home, "tmp"),
		"_HANDLER=" + f.Handler,
		"LAMBDA_TASK_ROOT=" + root,
		"LAMBDA_RUNTIME_DIR=" + root,
		"AWS_LAMBDA_RUNTIME_API=" + host(c.Endpoint()) + RuntimePrefix + i.id,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=" + f.version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=" + f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + i.output.stream,
		"AWS_REGION=" + c.Account.Region,
		"AWS_DEFAULT_REGION=" + c.Account.Region,
		"AWS_ACCESS_KEY_ID=" + c.Keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + c.Keys.SecretAccessKey,
		"AWS_ENDPOINT_URL=" + c.Endpoint(),
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + nowhere,
		"AWS_SHARED_CREDENTIALS_FILE=" + nowhere,
	}
	if f.LogFormat == "JSON" {
		env = append(env, "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL="+f.ApplicationLogLevel)
	}
	for name, v := range f.Environment {
		env = append(env, name+"="+v)
	}
	return env
}

// host is host and port of a base URL.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}
	return u.Host
}
