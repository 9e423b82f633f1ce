package main

func Example() {
	main()
	// Output: [0 1 1 0]
}
