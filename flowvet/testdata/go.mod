module example.com/vet

go 1.26.0
