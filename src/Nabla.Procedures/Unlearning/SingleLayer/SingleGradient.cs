using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>One gradient, one layer: a step up the loss of the examples to forget, along its gradient at the trained model, in the layer that matters most to them and least to the rest.</summary>
/// <remarks>
/// <para>Update: θ_l ← θ_l + λ ∇_l J(forget) for one weight matrix l on the front of high ‖∇_l J(forget)‖ / ‖θ_l‖ and low
/// |cos(∇_l J(forget), ∇_l J(keep))|; λ begins at ‖θ_l‖ / (10 ‖∇_l J(forget)‖) and is doubled until the target is reached, then
/// bisected. Of the layers that reach it the one that leaves most of what is to be kept is changed.</para>
/// <para>Needs: answers that are classes or tokens, examples to keep, one gradient of each set and a few evaluations a layer. The
/// optimizer and the passes of the budget are not used.</para>
/// <para>Choose it: to forget a class quickly, and where all other layers must stay bit for bit.</para>
/// </remarks>
/// <param name="options">The search for the step.</param>
[Method(
    "single-gradient",
    Family.Unlearning,
    Paper = "arXiv:2407.11867",
    Title = "Targeted Unlearning with Single Layer Unlearning Gradient")]
[Departs("The authors' code looks at the front of each part of a model and leaves the choice of the layer to the user; here all layers share one front and the accuracies choose.")]
[Departs("Gains of normalization layers are no candidates; the paper's code leaves out biases, embeddings and positions.")]
public sealed class SingleGradient(SingleGradientOptions options) : Unlearner, ICataloguedMethod<SingleGradientOptions>
{
    private const ParameterRoles Weights = ParameterRoles.Matrix | ParameterRoles.Convolution | ParameterRoles.Head;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "importance[l] = |g_forget[l]| / |theta[l]|;  alignment[l] = |cos(g_forget[l], g_keep[l])|",
        "theta[l] <- theta[l] + lambda * g_forget[l] for one l of the front",
        "lambda from |theta[l]| / (10 |g_forget[l]|), doubled until the accuracy on the forgotten is reached, then bisected",
    ];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
        var classes = Labelled(task).Classes;
        if (options.TopK >= classes)
        {
            throw new ArgumentException(
                $"topK was {options.TopK} and there are {classes} classes, so every answer would count as right. Lower topK.", nameof(task));
        }

        if (!task.Model.Parameters.Any(p => (p.Role & Weights) != 0))
        {
            throw new ArgumentException("The model has no weight matrix and no convolution, so there is no layer to choose.", nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override UnlearningResult Run(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        var labelled = Labelled(task);
        var wasTraining = task.Model.Training;
        task.Model.Training = false;
        try
        {
            using var scope = new TensorScope();
            var layers = Layers(labelled, budget.BatchSize, out var gradients);
            if (layers.Count == 0)
            {
                return Result(new Ending(EndingKind.Stalled, "The examples to forget give no finite gradient that is not zero; nothing was changed."), 0, gradients, []);
            }

            var front = LayerScore.Front(layers);
            var run = new Search(labelled, budget, observer, options, (long)front.Count * options.Evaluations);
            var best = front.Select(run.Try).ToList();
            var chosen = best.Where(step => step.Forget <= options.TargetAccuracy).OrderByDescending(step => step.Retain).FirstOrDefault()
                ?? best.MinBy(step => step.Forget)!;
            Put(chosen.Layer, chosen.Layer.Parameter.Value.Detach().Clone(), chosen.Rate);
            var ending = budget.CancellationToken.IsCancellationRequested
                ? new Ending(EndingKind.Cancelled, "Stopped early; the best step tried so far was made.")
                : chosen.Forget <= options.TargetAccuracy
                    ? new Ending(EndingKind.TargetReached, "One layer was changed. Look at the audit before the model is used.")
                    : new Ending(EndingKind.BudgetExhausted, "No step tried reached the target; raise evaluations or targetAccuracy, or use a method that changes more than one layer.");
            return Result(ending, run.Steps, gradients, [chosen.Layer.Parameter.Name]) with
            {
                Figures = new Dictionary<string, double>
                {
                    ["layers on the front"] = front.Count,
                    ["step size"] = chosen.Rate,
                    ["importance"] = chosen.Layer.Importance,
                    ["alignment"] = chosen.Layer.Alignment,
                    ["accuracy on the forgotten"] = chosen.Forget,
                    ["accuracy on the kept"] = chosen.Retain,
                },
            };
        }
        finally
        {
            task.Model.Training = wasTraining;
        }

        UnlearningResult Result(Ending ending, long steps, long gradients, IReadOnlyList<string> changed) =>
            new(ending, steps, new UnlearningCounts(task.Count(ExampleSet.Forget), task.Count(ExampleSet.Retain), gradients)) { ChangedParameters = changed };
    }

    private static List<LayerScore> Layers(ILabelledUnlearningTask task, int batchSize, out long passes)
    {
        passes = 0;
        Parameter[] weights = [.. task.Model.Parameters.Where(p => (p.Role & Weights) != 0)];
        var forget = Gradients(task, ExampleSet.Forget, weights, batchSize, ref passes);
        var retain = Gradients(task, ExampleSet.Retain, weights, batchSize, ref passes);
        using var mode = GradMode.Disable();
        var layers = new List<LayerScore>();
        for (var l = 0; l < weights.Length; l++)
        {
            using var scope = new TensorScope();
            double own = Norm(forget[l]), other = Norm(retain[l]), size = Norm(weights[l].Value.Detach());
            if (own > 0 && size > 0 && double.IsFinite(own))
            {
                var cosine = (forget[l] * retain[l]).Sum().Item() / Math.Max(own * other, 1e-6);
                layers.Add(new LayerScore(weights[l], forget[l], own / size, Math.Abs(cosine)));
            }
        }

        return layers;
    }

    // The gradient of the mean loss over all examples of a set.
    private static Tensor[] Gradients(ILabelledUnlearningTask task, ExampleSet set, Parameter[] weights, int batchSize, ref long passes)
    {
        var sums = weights.Select(p => Tensor.ZerosLike(p.Value.Detach())).ToArray();
        var all = Enumerable.Range(0, task.Count(set)).ToArray();
        double Positions(IEnumerable<int> examples) => examples.Sum(example => (double)task.Answer(set, example).Count);
        var total = Positions(all);
        foreach (var chunk in all.Chunk(batchSize))
        {
            using var scope = new TensorScope();
            var gradients = Autograd.Grad([task.Loss(set, chunk)], weights.Select(p => p.Value).ToArray(), allowUnused: true);
            passes++;
            using var mode = GradMode.Disable();
            for (var l = 0; l < sums.Length; l++)
            {
                if (gradients[l] is { } gradient)
                {
                    sums[l].Add_(gradient, alpha: Positions(chunk) / total);
                }
            }
        }

        return sums;
    }

    private static double Norm(Tensor values) => Math.Sqrt(values.To(DType.Float64).Square().Sum().Item());

    private static void Put(LayerScore layer, Tensor from, double rate)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        layer.Parameter.Value.CopyFrom(from + (layer.Gradient * rate));
    }

    private sealed record Step(LayerScore Layer, double Rate, double Forget, double Retain);

    private sealed class Search(
        ILabelledUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer, SingleGradientOptions options, long total)
    {
        public long Steps { get; private set; }

        // The shortest step that reaches the target, else the longest tried; the layer is as before.
        public Step Try(LayerScore layer)
        {
            using var scope = new TensorScope();
            var before = layer.Parameter.Value.Detach().Clone();
            double low = 0, high = double.PositiveInfinity, rate = 0.1 / layer.Importance;
            Step? best = null;
            for (var k = 0; k < options.Evaluations && !(best is not null && budget.CancellationToken.IsCancellationRequested); k++)
            {
                Put(layer, before, rate);
                var step = new Step(layer, rate, Accuracy(ExampleSet.Forget), Accuracy(ExampleSet.Retain));
                Steps++;
                observer?.Invoke(new UnlearningStep(Steps, total, 0, Steps == total, double.NaN));
                if (step.Forget <= options.TargetAccuracy)
                {
                    (high, best) = (rate, step);
                }
                else
                {
                    (low, best) = (rate, best is { } found && found.Forget <= options.TargetAccuracy ? found : step);
                }

                rate = double.IsInfinity(high) ? 2 * rate : (low + high) / 2;
            }

            layer.Parameter.Value.CopyFrom(before);
            return best!;
        }

        private double Accuracy(ExampleSet set)
        {
            using var mode = GradMode.Disable();
            double right = 0, positions = 0;
            foreach (var chunk in Enumerable.Range(0, task.Count(set)).Chunk(Math.Max(budget.BatchSize, 256)))
            {
                using var scope = new TensorScope();
                var scored = task.Score(set, chunk);
                var top = scored.Logits.Topk(options.TopK, 1).Indices;
                right += top.Eq(scored.Targets.Unsqueeze(1)).To(DType.Float64).Sum().Item();
                positions += scored.Positions;
            }

            return right / positions;
        }
    }
}
