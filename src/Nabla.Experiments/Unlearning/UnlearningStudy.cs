using System.Globalization;
using System.Text;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments.Unlearning;

/// <summary>
/// Trains a model with everything, lets each method forget from there, and measures what became of it. The three studies of
/// arXiv:2505.22601 are instances: they say what is drawn, how it is trained and what is measured.
/// </summary>
public abstract class UnlearningStudy
{
    /// <summary>The name of the row of the model before anything was forgotten.</summary>
    public const string Original = "original";

    /// <summary>The methods, each with its optimizer.</summary>
    public required IReadOnlyList<UnlearningEntry> Methods { get; init; }

    /// <summary>T: passes of unlearning; at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many times everything is drawn anew; at least 1.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The root of all draws.</summary>
    public Seed Seed { get; init; }

    /// <summary>Ends a study early.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Is told each run as it ends; null: nobody.</summary>
    public IProgress<UnlearningCell>? Progress { get; init; }

    /// <summary>Runs every method from the same trained model, for every seed.</summary>
    /// <returns>A cell a method and seed, the model before first.</returns>
    public IReadOnlyList<UnlearningCell> Run()
    {
        var cells = new List<UnlearningCell>();
        for (var index = 0; index < Seeds; index++)
        {
            var seed = Seed.Derive(index);
            using var trial = Begin(seed);
            Add(Original, trial.Measure());
            var trained = RowsTraining.Values(trial.Task.Model);
            foreach (var entry in Methods)
            {
                CancellationToken.ThrowIfCancellationRequested();
                RowsTraining.Put(trial.Task.Model, trained);
                var result = entry.Method().Forget(trial.Task, trial.Budget with
                {
                    Optimizer = entry.Optimizer,
                    Epochs = Epochs,
                    Seed = seed,
                    Execution = new ExecutionOptions { Threads = 1 },
                    CancellationToken = CancellationToken,
                });
                CancellationToken.ThrowIfCancellationRequested();
                var figures = new Dictionary<string, double>(trial.Measure(), StringComparer.Ordinal) { ["completed"] = result.Ending.IsSuccess ? 1 : 0 };
                Add(entry.Name, figures);
            }

            void Add(string method, IReadOnlyDictionary<string, double> figures)
            {
                cells.Add(new UnlearningCell(method, index, figures));
                Progress?.Report(cells[^1]);
            }
        }

        return cells;
    }

    /// <summary>The median over seeds of a figure.</summary>
    /// <param name="cells">The cells of a study.</param>
    /// <param name="method">The method.</param>
    /// <param name="figure">The figure.</param>
    public static double Median(IReadOnlyList<UnlearningCell> cells, string method, string figure)
    {
        double[] values = [.. cells.Where(cell => cell.Method == method).Select(cell => cell.Figures[figure])];
        return values.Length == 0
            ? throw new ArgumentException($"No cell is of '{method}'.", nameof(method))
            : Sample.Median(values);
    }

    /// <summary>A table in Markdown: a row a method, the median of each figure over seeds.</summary>
    /// <param name="cells">The cells of a study.</param>
    public static string Table(IReadOnlyList<UnlearningCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        string[] figures = [.. cells.SelectMany(cell => cell.Figures.Keys).Distinct().Where(name => name != "completed")];
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"| method | {string.Join(" | ", figures)} |");
        table.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(figures.Select(_ => "---:|"))}");
        foreach (var method in cells.Select(cell => cell.Method).Distinct())
        {
            var medians = figures.Select(figure => Median(cells, method, figure).ToString("G4", CultureInfo.InvariantCulture));
            table.AppendLine(CultureInfo.InvariantCulture, $"| {method} | {string.Join(" | ", medians)} |");
        }

        return table.ToString();
    }

    /// <summary>Draws and trains for a seed.</summary>
    private protected abstract UnlearningTrial Begin(Seed seed);
}
