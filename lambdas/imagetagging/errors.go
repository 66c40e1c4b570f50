package imagetagging

// The errors below are the ones a workflow may catch by name: the Lambda
// runtime reports the Go type's name as the error's name, and its text as the
// cause.

// An ImageIdentifyError says that an object is not a picture of any kind we
// can name. Trying again does not help.
type ImageIdentifyError struct{ Message string }

// Error is the Message.
func (e ImageIdentifyError) Error() string { return e.Message }

// ImageTooLarge says that a picture has more pixels than we are willing to
// decode, decided from its header. Trying again does not help.
type ImageTooLarge struct{ Message string }

// Error is the Message.
func (e ImageTooLarge) Error() string { return e.Message }

// ObjectNotFound says that the object, or the asked version of it, is gone.
type ObjectNotFound struct{ Message string }

// Error is the Message.
func (e ObjectNotFound) Error() string { return e.Message }

// AccessDenied says that the function may not read or write the object.
type AccessDenied struct{ Message string }

// Error is the Message.
func (e AccessDenied) Error() string { return e.Message }

// CorruptImage says that the header is fine and the pixels are not: a picture
// that was cut off, for example. Trying again does not help.
type CorruptImage struct{ Message string }

// Error is the Message.
func (e CorruptImage) Error() string { return e.Message }

// NotAnUpload says that a photo's key is not below private/<user>/uploads/, so
// that there is no place for a copy of it. Trying again does not help.
type NotAnUpload struct{ Message string }

// Error is the Message.
func (e NotAnUpload) Error() string { return e.Message }
