using System.Globalization;
using Nabla.Experiments;
using Spectre.Console;

namespace Nabla.Cli;

/// <summary>Shows a comparison on standard error: a live table on a terminal, otherwise a line every few seconds.</summary>
internal sealed class ComparisonDisplay
{
    private readonly List<string> methods;
    private readonly int seeds;
    private readonly Dictionary<string, TrainingProgress> latest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> state = new(StringComparer.Ordinal);
    private string headline = "Preparing";

    private ComparisonDisplay(IReadOnlyList<string> methods, int seeds)
    {
        this.methods = [.. methods];
        this.seeds = seeds;
    }

    /// <summary>Runs the work with its progress shown; the first sign comes at once.</summary>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="methods">The methods, as far as they are known; others are added when they show up.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="seeds">How many seeds there are.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="work">The work; reports from its own thread.</param>
    /// <returns>What the work returned.</returns>
    public static T Show<T>(
        IReadOnlyList<string> methods,
        string task,
        int seeds,
        TextWriter error,
        Func<IProgress<ComparisonEvent>, T> work)
        where T : class
    {
        ComparisonDisplay display = new(methods, seeds);
        if (!Terminal.CanDraw)
        {
            error.WriteLine($"Comparing {(methods.Count > 0 ? string.Join(", ", methods) : "methods")} on {task}.");
            Pace pace = new(TimeSpan.FromSeconds(3));
            return work(new EventReporter(news => PrintLine(news, pace, error)));
        }

        IAnsiConsole console = Terminal.Drawing();
        T? result = null;
        console.Live(display.Draw()).AutoClear(true).Start(context =>
        {
            Pace pace = new(TimeSpan.FromMilliseconds(200));
            result = work(new EventReporter(news =>
            {
                display.Take(news);
                if (pace.IsDue() || news.Kind != ComparisonEventKind.Progress)
                {
                    context.UpdateTarget(display.Draw());
                }
            }));
        });
        return result!;
    }

    private static void PrintLine(ComparisonEvent news, Pace pace, TextWriter error)
    {
        bool due = pace.IsDue();
        string percent = news.Fraction.ToString("P0", CultureInfo.InvariantCulture);
        string on = news.Workload is { } workload ? $" on {workload}" : "";
        string who = (news.SeedIndex > 0 ? $"{news.Method} (seed {news.SeedIndex + 1})" : news.Method ?? "") + on;
        switch (news.Kind)
        {
            case ComparisonEventKind.RunEnded:
                error.WriteLine($"[{percent}] {who}: {news.Ending}{(news.Training is { } end ? ", " + TrainingDisplay.Line(end) : "")}");
                break;
            case ComparisonEventKind.Progress when due && news.Training is { } training:
                error.WriteLine($"[{percent}] {who}: {TrainingDisplay.Line(training)}");
                break;
            default:
                if (news.Message is { } message)
                {
                    error.WriteLine(message);
                }

                break;
        }
    }

    private void Take(ComparisonEvent news)
    {
        string done = news.Fraction.ToString("P0", CultureInfo.InvariantCulture);
        headline = $"{(news.Workload is { } workload ? workload + " · " : "")}{news.Message ?? news.Method ?? "Comparing"} · {Terminal.Duration(news.Elapsed)} · {done}";
        if (news.Method is not { } method)
        {
            return;
        }

        if (!methods.Contains(method))
        {
            methods.Add(method);
        }

        string seed = seeds > 1 && news.SeedIndex >= 0 ? $" (seed {news.SeedIndex + 1} of {seeds})" : "";
        state[method] = news.Kind switch
        {
            ComparisonEventKind.RunEnded => (news.Ending ?? "ended") + seed,
            ComparisonEventKind.TrialEnded => "tuning",
            _ => (news.SeedIndex < 0 ? "tuning" : "training") + seed,
        };
        if (news.Training is { } training)
        {
            latest[method] = training;
        }
    }

    private Table Draw()
    {
        Table table = new Table().Title(Markup.Escape(headline)).Border(TableBorder.Rounded);
        foreach (string heading in new[] { "method", "step", "loss", "validation", "rate", "time left", "state" })
        {
            table.AddColumn(heading);
        }

        foreach (string method in methods)
        {
            latest.TryGetValue(method, out TrainingProgress? training);
            table.AddRow(
                Markup.Escape(method),
                training?.Step.ToString(CultureInfo.InvariantCulture) ?? "-",
                Terminal.Short(training?.Loss),
                Terminal.Short(training?.ValidationLoss),
                training is null ? "-" : training.ItemsPerSecond.ToString("F0", CultureInfo.InvariantCulture) + "/s",
                training?.Remaining is { } left ? Terminal.Duration(left) : "-",
                Markup.Escape(state.GetValueOrDefault(method, "waiting")));
        }

        return table;
    }

    /// <summary>Prints what a comparison or a suite came to, and how to go on with one that was interrupted.</summary>
    /// <param name="document">The document to print; null: print for people.</param>
    /// <param name="print">Prints for people.</param>
    /// <param name="interrupted">The id of what was interrupted; null: it ran to its end.</param>
    /// <param name="failure">Why it failed, a sentence; null: it did not.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit code.</returns>
    public static int End(
        System.Text.Json.Nodes.JsonObject? document,
        Action<TextWriter> print,
        string? interrupted,
        string? failure,
        TextWriter output,
        TextWriter error)
    {
        if (document is not null)
        {
            JsonDocumentWriter.Write(output, document);
        }
        else
        {
            print(output);
        }

        if (interrupted is not null)
        {
            error.WriteLine($"nabla: Interrupted; what was trained is kept. Go on with: nabla resume {interrupted}");
            return ExitCode.Interrupted;
        }

        if (failure is not null)
        {
            error.WriteLine("nabla: " + failure);
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }
}
