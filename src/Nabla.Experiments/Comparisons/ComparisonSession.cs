using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>One comparison while it runs: preparation, tuning, runs, statistics, report.</summary>
internal sealed class ComparisonSession(
    ComparisonPlan plan,
    ExperimentParts parts,
    IProgress<ComparisonEvent>? progress,
    CancellationToken cancellationToken)
{
    /// <summary>The share of the time that tuning takes when time is the budget.</summary>
    private const double TuningShare = 0.3;

    /// <summary>A trial makes this part of the steps of a run when steps are the budget.</summary>
    private const int TrialFraction = 4;

    private const int WarmUpSteps = 2;

    /// <summary>The share of a run's time that evaluations may take when time is the budget.</summary>
    private const double EvaluationShare = 0.15;

    private readonly Dictionary<string, List<ComparedRun>> _runs = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _options = [];
    private readonly Dictionary<string, List<TuningTrial>> _trials = [];
    private readonly DateTimeOffset _started = plan.Clock.GetUtcNow();
    private readonly long _start = plan.Clock.GetTimestamp();
    private string _itemName = "items";
    private string _summary = "";
    private long _parameterCount;
    private IReadOnlyDictionary<string, double> _baselines = new Dictionary<string, double>();
    private TimeSpan? _runTime;
    private TimeSpan? _trialTime;
    private int _evaluations = plan.Evaluations;
    private bool _evaluateAtStart = true;
    private double _done;
    private double _whole = 1;

    private TimeSpan Elapsed => plan.Clock.GetElapsedTime(_start);

    private bool IsTuned => plan.Tune == Tuning.LearningRate;

    public ComparisonResult Run()
    {
        Tell(ComparisonEventKind.Preparing, null, -1, $"Reading the data of '{plan.Task}' and warming up.");
        int threads = Torch.Threads;
        if (plan.Threads > 0)
        {
            Torch.Threads = plan.Threads;
        }

        try
        {
            foreach (ComparedMethod method in plan.Methods)
            {
                _runs[method.Name] = [];
                _trials[method.Name] = [];
                _options[method.Name] = method.Options;
            }

            Prepare();
            if (IsTuned)
            {
                foreach (ComparedMethod method in plan.Methods)
                {
                    Tune(method);
                }
            }

            // Seed by seed, so that a cancelled comparison still holds pairs.
            for (int seed = 0; seed < plan.Seeds; seed++)
            {
                foreach (ComparedMethod method in plan.Methods)
                {
                    if (!cancellationToken.IsCancellationRequested)
                    {
                        _runs[method.Name].Add(Compare(method.Name, seed));
                    }
                }
            }

            return Conclude(Torch.Threads);
        }
        finally
        {
            Torch.Threads = threads;
        }
    }

    /// <summary>Compiles code paths and touches memory before any clock runs, and learns what set-up costs.</summary>
    private void Prepare()
    {
        long before = plan.Clock.GetTimestamp();
        using ILearningTask task = parts.CreateTask(plan.Seed);
        TimeSpan creation = plan.Clock.GetElapsedTime(before);
        _itemName = task.ItemName;
        _summary = task.DatasetSummary;
        _baselines = task.Baselines;
        _parameterCount = task.Model.Parameters.Sum(p => p.Value.ElementCount);
        foreach (ComparedMethod method in plan.Methods)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            WarmUp(task, method);
        }

        before = plan.Clock.GetTimestamp();
        using (TensorScope scope = new())
        {
            Tell(ComparisonEventKind.Preparing, null, -1, "Measuring what an evaluation costs.");
            task.Evaluate();
        }

        TimeSpan evaluation = plan.Clock.GetElapsedTime(before);
        int runs = plan.Methods.Count * plan.Seeds;
        int trials = IsTuned ? plan.Methods.Count * plan.TuneTrials : 0;
        if (plan.TotalTime is { } total)
        {
            // The last evaluation comes after a run's time is over.
            double overhead = (runs + trials) * (creation + evaluation).TotalSeconds;
            double left = total.TotalSeconds - Elapsed.TotalSeconds - overhead;
            // A budget that set-up alone eats still gives every method the same short run.
            left = Math.Max(left, total.TotalSeconds * 0.1);
            _runTime = TimeSpan.FromSeconds(left * (IsTuned ? 1 - TuningShare : 1) / runs);
            _trialTime = IsTuned ? TimeSpan.FromSeconds(left * TuningShare / trials) : null;
            // Slow evaluations become fewer, the same for every method, rather than eat the time for steps.
            double affordable = EvaluationShare * _runTime.Value.TotalSeconds / Math.Max(evaluation.TotalSeconds, 1e-9);
            _evaluations = (int)Math.Clamp(affordable, 1, plan.Evaluations);
            _evaluateAtStart = affordable >= 2;
        }

        double trialWeight = _runTime is { } run && _trialTime is { } trial ? trial / run : 1.0 / TrialFraction;
        _whole = runs + (trials * trialWeight);
    }

    private void WarmUp(ILearningTask task, ComparedMethod method)
    {
        try
        {
            using Optimizer optimizer = parts.CreateOptimizer(method.Name, method.Options, task);
            task.Model.Training = true;
            for (int i = 0; i < WarmUpSteps; i++)
            {
                using TensorScope scope = new();
                optimizer.ZeroGradients();
                using Batch batch = task.NextBatch();
                Tensor loss = task.Loss(batch);
                double value = loss.Item();
                loss.Backward();
                optimizer.Step(new StepInputs(value));
                optimizer.ZeroGradients();
                if (i == 0)
                {
                    Tell(
                        ComparisonEventKind.Preparing, method.Name, -1,
                        string.Create(CultureInfo.InvariantCulture, $"{method.Name}: a first step gave the loss {value:G4}."));
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The run itself will say so, in its own row.
            Tell(ComparisonEventKind.Preparing, method.Name, -1, $"{method.Name}: {e.Message}");
        }
    }

    private void Tune(ComparedMethod method)
    {
        string option = parts.LearningRateOption(method.Name);
        double? rate = method.Options.TryGetValue(option, out string? given)
            ? double.Parse(given, NumberStyles.Float, CultureInfo.InvariantCulture)
            : parts.DefaultLearningRate(method.Name);
        if (rate is not { } centre || !(centre > 0))
        {
            Tell(ComparisonEventKind.TrialEnded, method.Name, -1, $"{method.Name} has no learning rate above 0 to tune; it runs as it is.");
            _done += plan.TuneTrials * (_trialTime is { } t && _runTime is { } r ? t / r : 1.0 / TrialFraction);
            return;
        }

        foreach (double tried in Grid(centre, plan.TuneTrials))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Dictionary<string, string> options = new(method.Options)
            {
                [option] = tried.ToString("R", CultureInfo.InvariantCulture),
            };
            double weight = _trialTime is { } trial && _runTime is { } run ? trial / run : 1.0 / TrialFraction;
            TuningTrial outcome = Trial(method.Name, options, tried, weight);
            _trials[method.Name].Add(outcome);
            _done += weight;
            Tell(
                ComparisonEventKind.TrialEnded, method.Name, -1,
                string.Create(CultureInfo.InvariantCulture, $"{method.Name}, learning rate {tried:G3}: {Markup.Loss(outcome.Loss)} ({outcome.Ending})"));
        }

        if (_trials[method.Name].Where(t => t.Loss is not null).MinBy(t => t.Loss) is { } best)
        {
            _options[method.Name] = new Dictionary<string, string>(method.Options)
            {
                [option] = best.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            };
        }
    }

    /// <summary>Rates from a tenth to ten times the centre, evenly spaced in logarithm.</summary>
    internal static IReadOnlyList<double> Grid(double centre, int count)
    {
        double[] grid = new double[count];
        for (int i = 0; i < count; i++)
        {
            double exponent = (2.0 * i / (count - 1)) - 1;
            // The centre itself must come out unrounded: it is the default that people compare with.
            grid[i] = exponent == 0 ? centre : double.Parse((centre * Math.Pow(10, exponent)).ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        return grid;
    }

    private TuningTrial Trial(string method, IReadOnlyDictionary<string, string> options, double rate, double weight)
    {
        long seed = unchecked((long)Seed.From(plan.Seed).Derive("tuning").Value);
        try
        {
            using ILearningTask task = parts.CreateTask(seed);
            using Optimizer optimizer = parts.CreateOptimizer(method, options, task);
            TrainingOptions loop = new()
            {
                MaxSteps = plan.Steps is { } steps ? Math.Max(1, steps / TrialFraction) : null,
                MaxTime = _trialTime,
                AccumulationSteps = plan.AccumulationSteps,
                ClipNorm = plan.ClipNorm,
                EvaluateAtStart = false,
                Seed = seed,
                Clock = plan.Clock,
            };
            TrainingResult result = new TrainingLoop(task, optimizer, loop, Follow(method, -1, weight)).Run(cancellationToken);
            return new TuningTrial(rate, result.Ending.IsSuccess ? result.ValidationLoss : null, result.Ending.Key);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new TuningTrial(rate, null, "failed");
        }
    }

    private ComparedRun Compare(string method, int seedIndex)
    {
        long seed = plan.Seed + seedIndex;
        TrainingSettings settings = new()
        {
            MaxSteps = plan.Steps,
            MaxTime = _runTime,
            AccumulationSteps = plan.AccumulationSteps,
            ClipNorm = plan.ClipNorm,
            EvaluateEvery = plan.Steps is { } steps ? Math.Max(1, steps / plan.Evaluations) : 0,
            EvaluateEveryTime = _runTime is { } time ? time / _evaluations : null,
        };
        RunFolder run = RunFolder.Create(
            new RunRecord
            {
                Verb = "compare",
                Task = plan.Task,
                TaskOptions = plan.TaskOptions,
                Method = method,
                MethodOptions = _options[method],
                Training = settings,
                Seed = seed,
                Versions = MachineFacts.Versions,
                Device = plan.Device,
                Threads = Torch.Threads,
            },
            plan.Home,
            plan.Clock);
        Tell(ComparisonEventKind.RunStarted, method, seedIndex, null);
        ComparedRun outcome;
        try
        {
            using ILearningTask task = parts.CreateTask(seed);
            using Optimizer optimizer = parts.CreateOptimizer(method, _options[method], task);
            TrainingOptions loop = new()
            {
                MaxSteps = settings.MaxSteps,
                MaxTime = settings.MaxTime,
                AccumulationSteps = settings.AccumulationSteps,
                ClipNorm = settings.ClipNorm,
                EvaluateEvery = settings.EvaluateEvery,
                EvaluateEveryTime = settings.EvaluateEveryTime,
                EvaluateAtStart = _evaluateAtStart,
                Seed = seed,
                Clock = plan.Clock,
            };
            TrainingResult result = new TrainingLoop(task, optimizer, loop, Follow(method, seedIndex, 1)).Run(cancellationToken);
            run.WriteMetrics(result.Series);
            run.Update(r => TrainingRun.WithOutcome(r, result));
            outcome = new ComparedRun
            {
                Run = run.Id,
                SeedIndex = seedIndex,
                Ending = result.Ending.Key,
                Advice = result.Ending.Advice,
                FinalLoss = result.Ending.IsSuccess ? result.ValidationLoss : null,
                Steps = result.Steps,
                Seconds = result.Seconds,
                ItemsPerSecond = result.ItemsPerSecond,
                PeakBytes = result.PeakBytes,
                Series = result.Series,
            };
        }
        catch (Exception e) when (e is not (OutOfMemoryException or RunStoreException))
        {
            run.Update(r => r with { Ending = "failed", Advice = e.Message });
            outcome = new ComparedRun { Run = run.Id, SeedIndex = seedIndex, Ending = "failed", Advice = e.Message };
        }

        _done++;
        Tell(ComparisonEventKind.RunEnded, method, seedIndex, outcome.Advice, outcome.Ending);
        return outcome;
    }

    private ComparisonResult Conclude(int threads)
    {
        bool cancelled = cancellationToken.IsCancellationRequested;
        // Only seeds that every method went through can be compared.
        int common = _runs.Values.Min(r => r.Count(run => run.Ending != "cancelled"));
        List<IReadOnlyList<double>> paired = [.. plan.Methods.Select(m =>
            _runs[m.Name].Take(common).Select(r => r.FinalLoss ?? double.PositiveInfinity).ToArray())];
        double?[] chances = Bootstrap.BestProbabilities(paired, Seed.From(plan.Seed));
        MethodOutcome[] methods = [.. plan.Methods.Select((m, i) => Outcome(m.Name, chances[i]))];
        int best = -1;
        double lowest = double.PositiveInfinity;
        for (int i = 0; common > 0 && i < methods.Length; i++)
        {
            double mean = paired[i].Average();
            if (mean < lowest)
            {
                (best, lowest) = (i, mean);
            }
        }

        ComparisonResult result = new()
        {
            Plan = plan,
            Methods = methods,
            Best = best >= 0 ? methods[best].Name : null,
            IsCancelled = cancelled,
            ItemName = _itemName,
            DatasetSummary = _summary,
            ParameterCount = _parameterCount,
            Baselines = _baselines,
            Machine = MachineFacts.Describe(threads, plan.Device),
            Started = _started,
            Elapsed = Elapsed,
        };
        return methods.Any(m => m.Runs.Count > 0) ? result with { Report = WriteReport(result) } : result;
    }

    private MethodOutcome Outcome(string name, double? chance)
    {
        List<ComparedRun> runs = _runs[name];
        List<ComparedRun> ended = [.. runs.Where(r => r.Ending != "cancelled")];
        double[] losses = [.. ended.Where(r => r.FinalLoss is not null).Select(r => r.FinalLoss!.Value)];
        double stepped = runs.Where(r => r.ItemsPerSecond > 0).Sum(r => 1 / r.ItemsPerSecond);
        return new MethodOutcome
        {
            Name = name,
            Options = _options[name],
            Trials = _trials[name],
            Runs = runs,
            FinalLoss = losses.Length > 0 && losses.Length == ended.Count ? Bootstrap.Mean(losses, Seed.From(plan.Seed)) : null,
            Steps = runs.Count > 0 ? runs.Average(r => r.Steps) : 0,
            Seconds = runs.Count > 0 ? runs.Average(r => r.Seconds) : 0,
            // Runs have equal budgets, so the harmonic mean is items over time.
            ItemsPerSecond = stepped > 0 ? runs.Count(r => r.ItemsPerSecond > 0) / stepped : 0,
            PeakBytes = runs.Count > 0 ? runs.Max(r => r.PeakBytes) : 0,
            BestProbability = chance,
            Ending = Worst(runs),
        };
    }

    private static string Worst(List<ComparedRun> runs)
    {
        string[] order = ["failed", "non-finite", "cancelled"];
        return order.FirstOrDefault(ending => runs.Exists(r => r.Ending == ending))
            ?? (runs.Count > 0 ? runs[^1].Ending : "cancelled");
    }

    private string WriteReport(ComparisonResult result)
    {
        string folder = Path.GetFullPath(plan.ReportFolder ?? Path.Combine(plan.Home ?? RunFolder.DefaultHome, "reports"));
        string stamp = _started.UtcDateTime.ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, $"compare-{stamp}.html");
        for (int i = 2; File.Exists(path); i++)
        {
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"compare-{stamp}-{i}.html"));
        }

        try
        {
            HtmlReport.Write(result with { Report = path }, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"The report cannot be written to '{path}': {e.Message} The runs are stored; name another folder for the report.", e);
        }

        return path;
    }

    private Following Follow(string method, int seedIndex, double weight) => new(this, method, seedIndex, weight);

    private void Tell(
        ComparisonEventKind kind, string? method, int seedIndex, string? message, string? ending = null,
        TrainingProgress? training = null, double ahead = 0) =>
        progress?.Report(new ComparisonEvent
        {
            Kind = kind,
            Method = method,
            SeedIndex = seedIndex,
            Message = message,
            Ending = ending,
            Training = training,
            Elapsed = Elapsed,
            Fraction = Math.Clamp((_done + ahead) / _whole, 0, 1),
        });

    /// <summary>Passes the progress of one training on as news of the comparison.</summary>
    private sealed class Following(ComparisonSession session, string method, int seedIndex, double weight)
        : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            double whole = value.Remaining is { } left ? (value.Elapsed + left).TotalSeconds : 0;
            double share = whole > 0 ? Math.Clamp(value.Elapsed.TotalSeconds / whole, 0, 1) : 0;
            session.Tell(ComparisonEventKind.Progress, method, seedIndex, value.Message, null, value, weight * share);
        }
    }
}
