using System.CommandLine;
using Nabla.Experiments;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla resume</c>: goes on with a run that was stopped or killed.</summary>
internal static class ResumeVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "resume",
            "Goes on with a training run from its last whole checkpoint.",
            "The settings are those it was started with, and the result is the same, to the last bit, as if it had never stopped.",
            "nabla resume 250131-120000-01");
        Argument<string> run = new("RUN")
        {
            Description = "The id of the run, as 'nabla train' and 'nabla runs list' print it, or the path of its folder.",
        };
        Option<string?> home = RunsVerb.Home();
        command.Add(run);
        command.Add(home);
        command.SetAction(parsed =>
        {
            RunFolder folder = RunsVerb.Open(parsed.GetValue(run)!, parsed.GetValue(home));
            if (folder.Record.Verb != "train")
            {
                throw new UsageException(
                    $"Run {folder.Id} belongs to '{folder.Record.Verb}' and cannot be resumed; 'nabla train' makes runs that can.");
            }

            return TrainVerb.Follow(
                parsed,
                parsed.GetValue(command.Json),
                $"{folder.Record.Task} with {folder.Record.Method}, run {folder.Id}",
                (progress, cancellation) => TrainingRun.Resume(folder.Id, HomeOf(folder), progress, cancellation));
        });
        return command;
    }

    // A run lies in HOME/runs/ID.
    private static string? HomeOf(RunFolder run) => Path.GetDirectoryName(Path.GetDirectoryName(run.Path));
}
