using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Experiments;

namespace Nabla.Cli;

/// <summary>What is printed of a comparison: a table, or a document.</summary>
internal static class ComparisonText
{
    /// <summary>Prints an outcome for people.</summary>
    /// <param name="result">The outcome.</param>
    /// <param name="output">Where to.</param>
    public static void Print(ComparisonResult result, TextWriter output)
    {
        PlainTable table = new(
            "method", "final loss", "95 % interval", "to the best", "steps", "seconds", $"{result.ItemName}/s", "peak memory", "ending");
        foreach (MethodOutcome method in result.Methods.OrderBy(m => m.FinalLoss?.Mean ?? double.PositiveInfinity))
        {
            table.Add(
                method.Name,
                Terminal.Short(method.FinalLoss?.Mean),
                method.FinalLoss is { Low: { } low, High: { } high } ? $"{Terminal.Short(low)} to {Terminal.Short(high)}" : "-",
                Difference(method.Difference),
                method.Steps.ToString("F0", CultureInfo.InvariantCulture),
                method.Seconds.ToString("F1", CultureInfo.InvariantCulture),
                method.ItemsPerSecond.ToString("F0", CultureInfo.InvariantCulture),
                Terminal.Bytes(method.PeakBytes),
                method.Ending);
        }

        output.WriteLine();
        output.WriteLine(result.DatasetSummary);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A model of {result.ParameterCount:N0} parameters; losses are on validation data, lower is better."));
        output.WriteLine();
        table.Write(output);
        output.WriteLine();
        MethodOutcome? best = result.Methods.FirstOrDefault(method => method.Name == result.Best);
        if (best is { FinalLoss: { } loss })
        {
            string probability = best.BestProbability is { } p
                ? string.Create(CultureInfo.InvariantCulture, $" (with probability {p:P0} over seeds)")
                : "";
            output.WriteLine($"Best: {best.Name}, validation loss {Terminal.Short(loss.Mean)}{probability}.");
            foreach ((string name, double value) in result.Baselines)
            {
                output.WriteLine($"For comparison, {name}: {Terminal.Short(value)}.");
            }
        }

        PrintRates(result, output);
        if (result.Target is { } target)
        {
            output.WriteLine($"To the loss {Terminal.Short(target)}: " + string.Join("; ", result.BestRates.Select(m => m.Target switch
            {
                { Steps: { } steps, Seconds: { } seconds } reached => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{m.Name} {Range(steps, "F0")} steps, {Range(seconds, "F1")} s{(reached.Reached < reached.Of ? $" ({reached.Reached} of {reached.Of} runs)" : "")}"),
                _ => $"{m.Name} not reached",
            })) + ".");
        }

        output.WriteLine($"Report: {result.Report ?? "none was written"}");
        if (result.Plan.Task == "text" && result.Plan.TaskOptions.Data is null)
        {
            output.WriteLine("On your own text: nabla compare text --data FOLDER --optimizers "
                + $"{TypedCommand.Quoted(string.Join(',', result.BestRates.Select(method => method.Method)))} --minutes 1");
        }
    }

    /// <summary>How much the final loss depends on the learning rate, a line a method.</summary>
    private static void PrintRates(ComparisonResult result, TextWriter output)
    {
        foreach (IGrouping<string, MethodOutcome> method in result.Methods.Where(m => m.Rate is not null).GroupBy(m => m.Method))
        {
            MethodOutcome[] finite = [.. method.Where(m => m.FinalLoss is { } loss && double.IsFinite(loss.Mean))];
            if (finite.Length == 0)
            {
                output.WriteLine($"{method.Key}: no finite loss at any of the {method.Count()} rates.");
                continue;
            }

            MethodOutcome best = finite.MinBy(m => m.FinalLoss!.Value.Mean)!;
            MethodOutcome worst = finite.MaxBy(m => m.FinalLoss!.Value.Mean)!;
            string lost = finite.Length == method.Count() ? "" : $"; {method.Count() - finite.Length} without a finite loss";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{method.Key} over {method.Count()} rates: {Terminal.Short(best.FinalLoss!.Value.Mean)} at {best.Rate:G4} to {Terminal.Short(worst.FinalLoss!.Value.Mean)} at {worst.Rate:G4}{lost}."));
        }
    }

    /// <summary>How fast a method came to a target, for a document.</summary>
    /// <param name="target">How fast; null without a target.</param>
    public static JsonObject? ToTarget(TargetReached? target) => target is null
        ? null
        : new JsonObject
        {
            ["reached"] = target.Reached,
            ["runs"] = target.Of,
            ["steps"] = Bounds(target.Steps),
            ["seconds"] = Bounds(target.Seconds),
        };

    /// <summary>A mean with its interval where it has one.</summary>
    /// <param name="value">The interval.</param>
    /// <param name="format">The format of its numbers.</param>
    public static string Range(Interval value, string format)
    {
        string Show(double number) => number.ToString(format, CultureInfo.InvariantCulture);
        return value is { Low: { } low, High: { } high } && high > low
            ? $"{Show(value.Mean)} ({Show(low)} to {Show(high)})"
            : Show(value.Mean);
    }

    /// <summary>An interval for a document.</summary>
    /// <param name="interval">The interval; null: numbers that are null.</param>
    public static JsonObject Bounds(Interval? interval) => new()
    {
        ["mean"] = JsonDocumentWriter.Number(interval?.Mean),
        ["low"] = JsonDocumentWriter.Number(interval?.Low),
        ["high"] = JsonDocumentWriter.Number(interval?.High),
    };

    private static string Difference(Interval? difference) => difference switch
    {
        null => "-",
        { Mean: 0, Low: null } => "best",
        { Low: { } low, High: { } high } d => $"+{Terminal.Short(d.Mean)} ({Terminal.Short(low)} to {Terminal.Short(high)})",
        { } d => $"+{Terminal.Short(d.Mean)}",
    };

    /// <summary>The document of an outcome.</summary>
    /// <param name="result">The outcome.</param>
    public static JsonObject Document(ComparisonResult result)
    {
        JsonArray methods = [];
        foreach (MethodOutcome method in result.Methods)
        {
            var (own, companion) = Companion.CreateOptions(Catalogue.Find(method.Method), method.Options);
            methods.Add(new JsonObject
            {
                ["name"] = method.Method,
                ["rate"] = JsonDocumentWriter.Number(method.Rate),
                ["options"] = OptionsJson.Of(own, method.Method),
                ["companion"] = companion is null ? null : OptionsJson.Of(companion, Companion.Method),
                ["runs"] = JsonDocumentWriter.Texts(method.Runs.Select(run => run.Run)),
                ["final_loss"] = Bounds(method.FinalLoss),
                ["steps"] = JsonDocumentWriter.Number(method.Steps),
                ["seconds"] = JsonDocumentWriter.Number(method.Seconds),
                ["per_second"] = JsonDocumentWriter.Number(method.ItemsPerSecond),
                ["peak_bytes"] = method.PeakBytes,
                ["to_target"] = ToTarget(method.Target),
                ["best_probability"] = JsonDocumentWriter.Number(method.BestProbability),
                ["ending"] = method.Ending,
            });
        }

        JsonObject baselines = [];
        foreach ((string name, double value) in result.Baselines)
        {
            baselines[name] = JsonDocumentWriter.Number(value);
        }

        ComparisonPlan plan = result.Plan;
        double runs = (double)plan.Methods.Count * plan.Seeds;
        return new JsonObject
        {
            ["task"] = plan.Task,
            ["budget"] = new JsonObject
            {
                ["steps"] = plan.Steps,
                ["tokens"] = plan.Items,
                ["minutes"] = JsonDocumentWriter.Number(plan.TotalTime?.TotalMinutes / runs),
                ["seeds"] = plan.Seeds,
            },
            ["methods"] = methods,
            ["best"] = result.Best,
            ["target"] = JsonDocumentWriter.Number(result.Target),
            ["baselines"] = baselines,
            ["report"] = result.Report,
        };
    }
}
