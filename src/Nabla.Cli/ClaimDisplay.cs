using System.Globalization;
using Nabla.Claims;
using Spectre.Console;

namespace Nabla.Cli;

/// <summary>Shows claims being run on standard error: a bar on a terminal, otherwise a line at every beginning and end.</summary>
internal sealed class ClaimDisplay
{
    private readonly TextWriter error;
    private readonly ProgressTask? bar;
    private readonly int count;
    private readonly double weight;
    private readonly Pace pace = new(TimeSpan.FromSeconds(3));
    private readonly System.Diagnostics.Stopwatch watch = new();
    private double done;
    private int number;
    private RegisteredClaim? current;

    private ClaimDisplay(IReadOnlyList<RegisteredClaim> claims, TextWriter error, ProgressTask? bar)
    {
        this.error = error;
        this.bar = bar;
        count = claims.Count;
        weight = claims.Sum(claim => claim.Registration.Seconds);
    }

    /// <summary>Runs the work with its progress shown.</summary>
    /// <param name="claims">The claims that will be run, in this order.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="work">The work; tells the display what it does.</param>
    public static void Show(IReadOnlyList<RegisteredClaim> claims, TextWriter error, Action<ClaimDisplay> work)
    {
        if (!Terminal.CanDraw)
        {
            work(new ClaimDisplay(claims, error, null));
            return;
        }

        Terminal.Drawing().Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
            .Start(context => work(new ClaimDisplay(claims, error, context.AddTask("Running claims", maxValue: 1))));
    }

    /// <summary>A claim begins.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="full">Whether at the scale for people, whose time is not known beforehand.</param>
    /// <returns>What the claim reports to.</returns>
    public IProgress<string> Begin(RegisteredClaim claim, bool full)
    {
        current = claim;
        number++;
        watch.Restart();
        string seconds = full ? "" : string.Create(CultureInfo.InvariantCulture, $", about {claim.Registration.Seconds:0.#} s");
        string text = $"{claim.Name} ({number} of {count}{seconds})";
        if (bar is null)
        {
            error.WriteLine($"Running {text}.");
            pace.IsDue();
        }
        else
        {
            bar.Description = Markup.Escape(text);
        }

        return new Reports(this);
    }

    /// <summary>A claim has ended.</summary>
    /// <param name="sentence">What to say of it.</param>
    public void End(string sentence)
    {
        done += current!.Registration.Seconds;
        if (bar is null)
        {
            error.WriteLine(sentence);
        }
        else
        {
            bar.Value = done / weight;
        }
    }

    private void Tell(string message)
    {
        if (bar is not null)
        {
            // The share of a claim that is running is a guess, so the bar stops short of its end.
            double share = Math.Min(0.95, watch.Elapsed.TotalSeconds / current!.Registration.Seconds);
            bar.Value = (done + (share * current.Registration.Seconds)) / weight;
            bar.Description = Markup.Escape($"{current.Name}: {message}");
        }
        else if (pace.IsDue())
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{current!.Name}, {watch.Elapsed.TotalSeconds:0} s: {message}"));
        }
    }

    private sealed class Reports(ClaimDisplay display) : IProgress<string>
    {
        public void Report(string value) => display.Tell(value);
    }
}
