(test_command) @assertion
