using System.CommandLine;
using Nabla.Experiments;
using Nabla.Runs;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla resume</c>: goes on with a run or a comparison that was stopped or killed.</summary>
internal static class ResumeVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "resume",
            "Goes on with a training run from its last whole checkpoint, or with an interrupted comparison.",
            "The settings are those it was started with, and the result of a run is the same, to the last bit, as if it had never "
                + "stopped. Runs of a comparison that ended are taken as they are.",
            "nabla resume 250131-120000-01",
            "nabla resume c250131-120000-01");
        Argument<string> run = new("RUN")
        {
            Description = "The id of the run or of the comparison, as 'nabla train', 'nabla compare' and 'nabla runs list' print it, "
                + "or the path of a run's folder.",
        };
        Option<string?> home = RunsVerb.Home();
        command.Add(run);
        command.Add(home);
        command.SetAction(parsed =>
        {
            (string id, string folder) = RunsVerb.Locate(parsed.GetValue(run)!, parsed.GetValue(home));
            bool json = parsed.GetValue(command.Json);
            if (id.StartsWith('c'))
            {
                return CompareVerb.Resume(
                    id, folder, json, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            }

            StoredRun row = RunsVerb.Find(id, folder);
            if (row.Verb != "train")
            {
                throw new UsageException(row.Comparison is { } comparison
                    ? $"Run {row.Id} is a part of the comparison {comparison}; go on with that: nabla resume {comparison}"
                    : $"Run {row.Id} belongs to '{row.Verb}' and cannot be resumed; 'nabla train' makes runs that can.");
            }

            return TrainVerb.Follow(
                parsed,
                json,
                $"{row.Task} with {row.Method}, run {row.Id}",
                (progress, cancellation) => TrainingRun.Resume(row.Id, folder, progress, cancellation));
        });
        return command;
    }
}
