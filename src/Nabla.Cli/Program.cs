using Nabla.Cli;

return NablaCommand.Run(args, Console.Out, Console.Error);
