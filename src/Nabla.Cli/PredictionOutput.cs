using System.CommandLine;
using System.Text.Json.Nodes;

namespace Nabla.Cli;

/// <summary>Predictions as a CSV file that is there whole or not at all, and what is said about it.</summary>
internal static class PredictionOutput
{
    /// <summary>Makes a verb predict the rows of a table with a saved model.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="models">What models it takes, for its help.</param>
    /// <param name="predict">Writes the rows, given the model's file, the table's and whether rows that lack a value are skipped;
    /// returns how many were predicted and how many skipped.</param>
    public static void Serve(VerbCommand command, string models, Func<string, string, bool, TextWriter, (int Rows, int Skipped)> predict)
    {
        Option<string> model = new("--model") { HelpName = "FILE", Description = models, Required = true };
        Option<string> data = TableArguments.Data();
        Option<string> output = new("--output") { HelpName = "FILE", Description = "The CSV file to write.", Required = true };
        Option<string> missing = TableArguments.Missing();
        foreach (Option option in (Option[])[model, data, output, missing])
        {
            command.Add(option);
        }

        command.SetAction(parsed => Write(
            parsed,
            command,
            parsed.GetValue(output)!,
            writer => predict(parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(missing) == "skip", writer)));
    }

    /// <summary>Writes the file and says how many rows it has.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">The verb.</param>
    /// <param name="file">The file; an old one is replaced.</param>
    /// <param name="predict">Writes the rows; returns how many were predicted and how many skipped.</param>
    /// <returns>The exit code.</returns>
    private static int Write(ParseResult parsed, VerbCommand command, string file, Func<TextWriter, (int Rows, int Skipped)> predict)
    {
        string path = Path.GetFullPath(file), temporary = path + ".tmp";
        int rows, skipped;
        try
        {
            using (StreamWriter writer = new(temporary))
            {
                (rows, skipped) = predict(writer);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        if (parsed.GetValue(command.Json))
        {
            JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, new JsonObject { ["rows"] = rows, ["skipped"] = skipped, ["output"] = path });
        }
        else
        {
            parsed.InvocationConfiguration.Output.WriteLine($"{rows} rows predicted, {skipped} skipped: {path}");
        }

        return ExitCode.Done;
    }
}
