using Nabla.Core;
using Nabla.Engine;
using Nabla.Experiments;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Objectives;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>Runs the four procedures on linear tasks until they rest.</summary>
[Claim(
    "reptile/same-fixed-point",
    Says = "In the linear model with inputs of one covariance, Reptile, first-order MAML, MAML and standard retraining come to rest at the same base, the mean of the true matrices.",
    Source = "arXiv:2410.22264, linear model; derived for any shared covariance",
    Seconds = 1.0)]
internal sealed class SameFixedPoint : Claim<SameFixedPoint.Subject>
{
    private const int Size = 4;
    private const int Rounds = 120;

    // All contract by a factor below 0.8 a round.
    private const double Limit = 1e-8;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(_ => 1, 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["inputs-of-other-sizes"] = new(task => 0.6 + (0.4 * task), 1),
        ["reptile-moves-away"] = new(_ => 1, -1),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var tasks = PlantedTasks.Draw(Size, 1, 3, context.Seed);
        var mean = LinearMetaLearning.MeanMatrix(tasks);
        var inner = new SgdOptions { LearningRate = 0.1 };
        double Distance(IRetrainingMethod method, double rate)
        {
            using var model = new Linear(Tensor.From<double>(PlantedTasks.Normals(Size * Size, 1, context.Seed.Derive("start")), Size, Size).Release());
            using var run = method.Begin(
                model,
                [.. Enumerable.Range(0, tasks.Count).Select(t => new PopulationTask(tasks.Matrix(t), Size, subject.InputSize(t)))],
                new SgdOptions { LearningRate = Math.Abs(rate), Maximize = rate < 0 },
                inner);
            var result = run.Run(new RetrainingStop { Rounds = Rounds, CancellationToken = context.CancellationToken });
            context.CancellationToken.ThrowIfCancellationRequested();
            var distance = Math.Sqrt(LinearMetaLearning.SquaredDistance(model.Weight.Value.Detach().ToDoubles(), mean));
            return result.Ending.Kind == EndingKind.Completed ? Math.Min(distance, 1e100) : 1e100;
        }

        var standard = Distance(new StandardRetraining(new() { Schedule = RetrainingSchedule.Summed }), 0.15);
        var reptile = Distance(new Reptile(new() { InnerSteps = 4 }), 0.9 * subject.Direction);
        var first = Distance(new Fomaml(new() { InnerSteps = 2 }), 0.4);
        var second = Distance(new Maml(new() { InnerSteps = 2, InnerRate = 0.1 }), 0.4);
        return ClaimOutcome.Of(
            Math.Max(Math.Max(standard, reptile), Math.Max(first, second)) < Limit,
            ("distance_of_standard_retraining", standard),
            ("distance_of_reptile", reptile),
            ("distance_of_fomaml", first),
            ("distance_of_maml", second),
            ("limit", Limit));
    }

    /// <summary>The size of a task's inputs, and 1 or -1 for the way that Reptile goes.</summary>
    internal sealed record Subject(Func<int, double> InputSize, double Direction);
}
