package imagetagging_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/stepwright/stepwright/lambdas/imagetagging"
	"github.com/stepwright/stepwright/test/photos"
)

// A bucket with one photograph, as the SDK finds it through AWS_ENDPOINT_URL.
func bucket() *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				w.WriteHeader(http.StatusBadRequest)
			}
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(photos.Read("coffee-rotated.jpg")))
	}))
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-north-1",
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		os.Setenv(name, value)
	}
	return server
}

func Example() {
	server := bucket()
	defer server.Close()

	job := imagetagging.Job{S3Bucket: "photos", S3Key: "private/kim/uploads/coffee.jpg"}
	photo, err := imagetagging.Extract(context.Background(), job)
	fmt.Println(photo.Format, photo.Dimensions, photo.Orientation, photo.ExifModel, err)

	preview, err := imagetagging.Thumbnail(context.Background(),
		imagetagging.Resize{Job: job, Metadata: photo, Mode: imagetagging.ModePreview})
	fmt.Println(preview.Key, preview.Width, preview.Height, err)
	// Output:
	// JPEG {600 400} 6 カメラ 2 <nil>
	// private/kim/resized/coffee.jpg 250 167 <nil>
}
