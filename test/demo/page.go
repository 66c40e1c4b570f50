package main

import (
	"bytes"
	"html/template"
	"net/url"
	"strings"
)

// page shows the thumbnails beside what was found out; it needs nothing but the files next to it.
func page(r *result) []byte {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, r); err != nil {
		panic("demo: the page's template: " + err.Error()) // the template and its data are this program's own
	}
	return b.Bytes()
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"join": func(s []string) string { return strings.Join(s, ", ") },
	"file": func(s string) template.URL { return template.URL("./" + url.PathEscape(s)) },
}).Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Stepwright: image tagging</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1f2933; background: #f7f9fb; }
  ul { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; }
  li { background: #fff; border-radius: 10px; padding: 1rem; box-shadow: 0 1px 4px #0002; }
  .frame { height: 190px; display: flex; align-items: center; justify-content: center; background: #eef2f6; border-radius: 6px; color: #cf4a3c; font-size: 2rem; }
  img { max-width: 100%; max-height: 190px; border-radius: 4px; }
  h2 { font-size: 1.05rem; margin: .6rem 0 .1rem; overflow-wrap: anywhere; }
  .FAILED { color: #b3261e; } .SUCCEEDED { color: #1c7c45; } small { color: #52606d; }
</style></head><body>
<h1>Image tagging</h1>
<p>Every picture went through the synthesized stack on this machine. Labels are <strong>simulated</strong>: image statistics, not a recognition model.</p>
<ul>{{range .Rows}}
<li><div class="frame">{{if .Thumbnail}}<img src="{{file .Thumbnail}}" alt="thumbnail of {{.Photo}}">{{else}}✗{{end}}</div>
<h2>{{.Photo}}</h2><span class="{{.Status}}">{{.Status}}</span> <small>{{.Format}} {{.Size}}</small><br>
{{if .ErrorName}}{{.ErrorName}} at “{{.ErrorAt}}”{{else}}{{join .Labels}}{{end}}{{if .Place}}<br><small>{{.Place}}</small>{{end}}<br>
<small><a href="{{file (print .Stem ".svg")}}">the run, drawn</a> · <a href="{{file (print .Stem ".history.json")}}">its history</a></small></li>{{end}}
</ul>
<p><a href="items.json">items.json</a> · <a href="image-tagging.asl.json">image-tagging.asl.json</a></p>
</body></html>
`))
