from maillage.project.cli import main

main()
