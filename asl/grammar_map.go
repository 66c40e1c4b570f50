package asl

import "github.com/stepwright/stepwright/value"

var (
	anArrayOfNames = expectation{kinds: []value.Kind{value.ArrayKind}, expr: true, text: "an array of strings"}
	aWord          = expectation{kinds: []value.Kind{value.StringKind}, text: "a string"}
)

// readerTable is ItemReader (section 12.3 of the reference).
func readerTable() *table[ItemReader] {
	settings := newTable("ReaderConfig", []field[struct{}]{
		setting("InputType", aWord, "CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"),
		setting("Transformation", aWord, "NONE", "LOAD_AND_FLATTEN"),
		setting("ManifestType", aWord, "ATHENA_DATA", "S3_INVENTORY"),
		setting("CSVDelimiter", aWord, "COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
		setting("CSVHeaderLocation", aWord, "FIRST_ROW", "GIVEN"),
		setting("CSVHeaders", anArrayOfNames),
		setting("ItemsPointer", aWord),
		setting("MaxItems", aCount),
		setting("MaxItemsPath", aString).in(JSONPath),
	}).atMostOne("MaxItems", "MaxItemsPath")
	return newTable("ItemReader", []field[ItemReader]{
		text("Resource", func(r *ItemReader) *string { return &r.Resource }).must(),
		parameters(func(r *ItemReader) *value.Value { return &r.Parameters }),
		arguments(func(r *ItemReader) *value.Value { return &r.Arguments }),
		config("ReaderConfig", settings, func(r *ItemReader) *value.Value { return &r.ReaderConfig }).is(evalReaderConfig),
	})
}

// batcherTable is ItemBatcher (section 12.4 of the reference).
func batcherTable() *table[ItemBatcher] {
	return newTable("ItemBatcher", []field[ItemBatcher]{
		formula("MaxItemsPerBatch", aCount, func(b *ItemBatcher) *value.Value { return &b.MaxItemsPerBatch }),
		path("MaxItemsPerBatchPath", func(b *ItemBatcher) **string { return &b.MaxItemsPerBatchPath }),
		formula("MaxInputBytesPerBatch", aCount, func(b *ItemBatcher) *value.Value { return &b.MaxInputBytesPerBatch }),
		path("MaxInputBytesPerBatchPath", func(b *ItemBatcher) **string { return &b.MaxInputBytesPerBatchPath }),
		template("BatchInput", anything, func(b *ItemBatcher) *value.Value { return &b.BatchInput }),
	}).atMostOne("MaxItemsPerBatch", "MaxItemsPerBatchPath").atMostOne("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath")
}

// writerTable is ResultWriter (section 12.5 of the reference).
func writerTable() *table[ResultWriter] {
	settings := newTable("WriterConfig", []field[struct{}]{
		setting("Transformation", aWord, "NONE", "COMPACT", "FLATTEN"),
		setting("OutputType", aWord, "JSON", "JSONL"),
	})
	return newTable("ResultWriter", []field[ResultWriter]{
		text("Resource", func(w *ResultWriter) *string { return &w.Resource }),
		parameters(func(w *ResultWriter) *value.Value { return &w.Parameters }),
		arguments(func(w *ResultWriter) *value.Value { return &w.Arguments }),
		config("WriterConfig", settings, func(w *ResultWriter) *value.Value { return &w.WriterConfig }),
	})
}
