from minekvm.cli import main

main()
