using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Nabla.Cli;

/// <summary>The usual help of a command, followed by its examples.</summary>
internal sealed class ExampleHelp(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is VerbCommand verb)
        {
            if (verb.Details.Length > 0)
            {
                output.WriteLine(verb.Details);
                output.WriteLine();
            }

            output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (string example in verb.Examples)
            {
                output.WriteLine($"  {example}");
            }
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            output.WriteLine("Example:");
            output.WriteLine("  nabla compare text --optimizers adamw,mvn-grad,sgd --minutes 1");
        }

        return code;
    }
}
