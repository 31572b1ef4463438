// Stands for node:child_process in the command: commander asks for it, for commands that are programs of their own, of
// which we have none. What of ours starts programs has it from process.getBuiltinModule when it does.
export {}
