using System.Globalization;
using Nabla.Experiments;
using Spectre.Console;

namespace Nabla.Cli;

/// <summary>Shows training on standard error: a bar on a terminal, otherwise a line every few seconds.</summary>
internal static class TrainingDisplay
{
    /// <summary>Runs the work with its progress shown.</summary>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="what">What is trained.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="work">The work; reports from its own thread.</param>
    /// <returns>What the work returned.</returns>
    public static T Show<T>(string what, TextWriter error, Func<IProgress<TrainingProgress>, T> work)
    {
        if (!Terminal.CanDraw)
        {
            error.WriteLine($"Training {what}.");
            Pace pace = new(TimeSpan.FromSeconds(3));
            return work(new Reporter(progress =>
            {
                if (progress.Message is { } message)
                {
                    error.WriteLine(message);
                }
                else if (pace.IsDue())
                {
                    error.WriteLine(Line(progress));
                }
            }));
        }

        IAnsiConsole console = Terminal.Drawing();
        T? result = default;
        console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape($"Training {what}"), maxValue: 1);
                result = work(new Reporter(progress =>
                {
                    if (progress.Message is { } message)
                    {
                        console.MarkupLineInterpolated($"{message}");
                    }

                    bar.Value = Fraction(progress);
                    bar.Description = Markup.Escape(Line(progress));
                }));
            });
        return result!;
    }

    /// <summary>Progress in a line.</summary>
    /// <param name="progress">The progress.</param>
    /// <returns>The line.</returns>
    public static string Line(TrainingProgress progress)
    {
        string steps = progress.MaxSteps is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"step {progress.Step}/{most}")
            : string.Create(CultureInfo.InvariantCulture, $"step {progress.Step}");
        string left = progress.Remaining is { } remaining ? $", {Terminal.Duration(remaining)} left" : "";
        return $"{steps}, loss {Terminal.Short(progress.Loss)}, validation {Terminal.Short(progress.ValidationLoss)}, "
            + $"{Terminal.Short(progress.ItemsPerSecond)} a second{left}";
    }

    private static double Fraction(TrainingProgress progress)
    {
        double byTime = progress.Remaining is { } remaining && progress.Elapsed + remaining > TimeSpan.Zero
            ? progress.Elapsed / (progress.Elapsed + remaining)
            : 0;
        double bySteps = progress.MaxSteps is { } most and > 0 ? (double)progress.Step / most : 0;
        return Math.Clamp(Math.Max(byTime, bySteps), 0, 1);
    }
}
