using Nabla.Cli;

// Before anything touches the console: that is when the runtime looks at how signals stand.
InterruptSignal.Listen();
return NablaCommand.Run(args, Console.Out, Console.Error);
