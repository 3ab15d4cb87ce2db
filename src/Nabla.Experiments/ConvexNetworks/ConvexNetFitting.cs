using System.Diagnostics;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Convex;

namespace Nabla.Experiments.ConvexNetworks;

/// <summary>Trains a network with one hidden layer on a CSV file by a convex program, and keeps run and model.</summary>
/// <remarks>
/// Options that are not named follow the data: <c>loss</c> is squared for numbers and the hinge for classes, <c>rho</c> what its
/// option says for that loss, <c>beta</c> 0.01 for the squared loss, a sum, and 0.001 for the others, which are means; 100
/// <c>patterns</c> are drawn, and there is an <c>intercept</c>.
/// </remarks>
public static class ConvexNetFitting
{
    private const int LeastRows = 5;

    // The method factors a dense matrix of this many rows: 8 bytes times its square, about half a minute at the most.
    private const long MostOutputs = 4000;

    /// <summary>Trains.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="progress">Told in a sentence what goes on; null: nobody.</param>
    /// <param name="cancellationToken">Ends the training; the best network so far is kept.</param>
    /// <returns>What came out.</returns>
    /// <exception cref="DataException">The file cannot be used.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="RunStoreException">The store or the model cannot be written.</exception>
    public static ConvexNetOutcome Run(ConvexNetPlan plan, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!(plan.Validation >= 0 && plan.Validation < 1))
        {
            throw new OptionException($"The share of held-out rows was {plan.Validation}; it must be 0 or above and below 1.", "validation", plan.Validation);
        }

        ConvexNetTable table = ConvexNetTable.Load(plan.Data, plan.Label, plan.SkipsIncomplete);
        progress?.Report(table.Summary + ".");
        Dictionary<string, string> settings = Complete(plan, table);
        MethodOptions options = Catalogue.Find(plan.Method).CreateOptions(settings);
        (int[] training, int[] held) = Split(table.Rows.Count, plan);
        Check(plan, table, training.Length, options);
        StoppingRule stop = new() { Iterations = plan.Iterations, Tolerance = plan.Tolerance, CancellationToken = cancellationToken };
        stop.ThrowIfInvalid();
        using RunStore store = RunStore.Open(plan.Home);
        using RunWriter writer = store.StartRun(new StoredRun
        {
            Verb = "convexnet",
            Task = $"convexnet:{plan.Label}",
            Method = plan.Method,
            Options = settings,
            Seed = plan.Seed,
            Versions = MachineFacts.Versions,
            Threads = 1,
            Commit = SourceState.Current.Commit,
            IsClean = SourceState.Current.IsClean,
        });
        try
        {
            ConvexNetOutcome outcome = Train(plan, table, options, (training, held), stop, store.FolderOf(writer.Run), writer.Run, progress);
            writer.Finish(new RunOutcome(outcome.Result.Run.Ending.Key, outcome.Result.Run.Ending.Advice)
            {
                Steps = outcome.Result.Run.Iterations,
                FinalLoss = outcome.Result.Loss,
                ValidationLoss = outcome.ValidationError,
                Seconds = outcome.Seconds,
                PeakBytes = PeakMemory.Read(),
            });
            return outcome;
        }
        catch (Exception e) when (e is not RunStoreException)
        {
            StoredTraining.Fail(writer, e);
            throw;
        }
    }

    private static ConvexNetOutcome Train(
        ConvexNetPlan plan,
        ConvexNetTable table,
        MethodOptions options,
        (int[] Training, int[] Held) rows,
        StoppingRule stop,
        string folder,
        string run,
        IProgress<string>? progress)
    {
        long clock = Stopwatch.GetTimestamp();
        void Watch(in ProcedureStep step)
        {
            if (step.Iteration > 0 && step.Iteration % 100 == 0)
            {
                progress?.Report(FormattableString.Invariant($"iteration {step.Iteration}, {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s"));
            }
        }

        LabelledRows given = table.Rows.Select(rows.Training);
        Seed seed = Seed.From(plan.Seed);
        ConvexReluResult result = options is ConvexRobustReluOptions robust
            ? new ConvexRobustRelu(robust).Train(given, seed, stop, Watch)
            : new ConvexReluAdmm((ConvexReluOptions)options).Train(given, seed, stop, Watch);
        double radius = options is ConvexRobustReluOptions { Radius: var r } ? r : 0;
        ConvexNetFile file = new(
            plan.Label, table.Names, table.Classes, table.Scaling.Means, table.Scaling.Deviations, table.LabelMean, table.LabelDeviation, radius, result.Network);
        string path = Path.GetFullPath(plan.Model ?? Path.Combine(folder, "model.json"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            file.Save(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The model cannot be written to '{path}': {e.Message} Name another file with --model.", e);
        }

        return new ConvexNetOutcome(
            run,
            table.Summary,
            rows.Training.Length,
            rows.Held.Length,
            file,
            result,
            Error(file, table, rows.Training),
            rows.Held.Length > 0 ? Error(file, table, rows.Held) : null,
            radius > 0 && table.Classes.Count == 2 ? Certified(file, table) : null,
            path,
            Stopwatch.GetElapsedTime(clock).TotalSeconds);
    }

    /// <summary>Options that the user left open, by the kind of label.</summary>
    private static Dictionary<string, string> Complete(ConvexNetPlan plan, ConvexNetTable table)
    {
        Dictionary<string, string> settings = new(plan.Settings, StringComparer.Ordinal);
        bool isNumber = table.Classes.Count == 0;
        settings.TryAdd("loss", isNumber ? "squared" : "hinge");
        bool isSum = string.Equals(settings["loss"], "squared", StringComparison.OrdinalIgnoreCase);
        settings.TryAdd("rho", isSum ? "0.1" : "0.01");
        settings.TryAdd("beta", isSum ? "0.01" : "0.001");
        settings.TryAdd("patterns", "100");
        settings.TryAdd("intercept", "true");
        return settings;
    }

    private static void Check(ConvexNetPlan plan, ConvexNetTable table, int rows, MethodOptions options)
    {
        ReluLoss loss = options is ConvexRobustReluOptions robust ? robust.Loss : ((ConvexReluOptions)options).Loss;
        if (table.Classes.Count == 0 && loss != ReluLoss.Squared)
        {
            throw new DataException($"The label '{plan.Label}' is a number, for which the loss must be squared. Leave out --set loss, or choose a label of two classes.");
        }

        if (rows < LeastRows)
        {
            throw new DataException($"'{plan.Data}' has {rows} rows to train on; at least {LeastRows} are needed.");
        }

        long outputs = rows * (options is ConvexRobustReluOptions { Radius: > 0 } ? 1L + table.Names.Count : 1);
        if (outputs > MostOutputs)
        {
            throw new DataException(
                $"'{plan.Data}' has {rows} rows of {table.Names.Count} features to train on; {plan.Method} works with a matrix of {outputs} rows and columns here, and more than {MostOutputs} take too long. Use fewer rows, or 'nabla train tabular'.");
        }
    }

    private static (int[] Training, int[] Held) Split(int count, ConvexNetPlan plan)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new RandomStream(Seed.From(plan.Seed).Derive("held-out rows")).Shuffle(order.AsSpan());
        int held = (int)Math.Round(plan.Validation * count);
        return ([.. order.Skip(held).Order()], [.. order.Take(held).Order()]);
    }

    private static double Error(ConvexNetFile file, ConvexNetTable table, int[] rows)
    {
        double sum = 0;
        foreach (int row in rows)
        {
            double output = file.Network.Output(table.Rows.Row(row)), label = table.Rows.Labels[row];
            sum += table.Classes.Count == 2 ? (output >= 0) == (label > 0) ? 0 : 1 : (output - label) * (output - label);
        }

        return table.Classes.Count == 2 ? sum / rows.Length : table.LabelDeviation * Math.Sqrt(sum / rows.Length);
    }

    /// <summary>The share of rows whose right class no move within the radius can change.</summary>
    private static double Certified(ConvexNetFile file, ConvexNetTable table)
    {
        int certified = 0;
        for (int i = 0; i < table.Rows.Count; i++)
        {
            LabelledRows one = table.Rows.Select([i]);
            certified += file.Network.WorstLoss(one, ReluLoss.Hinge, file.Radius) < 1 ? 1 : 0;
        }

        return certified / (double)table.Rows.Count;
    }
}
