using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Takes back what the first pass of training did for some examples: the gradients that were kept then are added to one
/// layer, once.
/// </summary>
/// <remarks>
/// <para>Needs: gradients kept during training (<see cref="FirstEpochGradients"/>), one tensor an example; nothing to keep, no
/// pass through the model. The step is one of the optimizer, whose learning rate is what the paper leaves open.</para>
/// <para>Choose it: where requests are foreseen in training and must be met at once; the embedding layer is the usual one.</para>
/// </remarks>
[Method(
    "first-epoch-ga",
    Family.Unlearning,
    Paper = "arXiv:2406.09391",
    Title = "A More Practical Approach to Machine Unlearning")]
[Departs("The method was read from an abstract: the size of the step is the optimizer's learning rate, and fuzzy matching of further examples is left out.")]
public sealed class FirstEpochGa : Unlearner, ICataloguedMethod<FirstEpochGaOptions>
{
    private readonly FirstEpochGaOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults, which lack the gradients.</param>
    public FirstEpochGa(FirstEpochGaOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "g_i = gradient of example i in one layer in the first pass of training",
        "theta <- step(theta, -sum over forget of g_i); with sgd: theta + learningRate * sum of g_i",
    ];

    /// <inheritdoc/>
    public override RetainNeed Needs => RetainNeed.None;

    /// <inheritdoc/>
    protected override void CheckOptions() => _options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
        Language(task);
        if (_options.Gradients is null)
        {
            throw new ArgumentException(
                $"'{Name}' takes back gradients of the first pass of training and was given none. Keep them by FirstEpochGradients while the model "
                + "is trained, or choose another method.",
                nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override UnlearningResult Run(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer)
    {
        ArgumentNullException.ThrowIfNull(budget);
        using var scope = new TensorScope();
        var language = Language(task);
        var count = language.Count(ExampleSet.Forget);
        var parameter = _options.Gradients!.Of(language.Model);
        var sum = _options.Gradients.Sum(Enumerable.Range(0, count).Select(i => language.Example(ExampleSet.Forget, i).Id));
        if (!sum.Shape.AsSpan().SequenceEqual(parameter.Value.Shape))
        {
            throw new ArgumentException(
                $"The gradients kept are [{string.Join(", ", sum.Shape)}], '{parameter.Name}' is [{string.Join(", ", parameter.Value.Shape)}]. "
                + "Give those of this model's training.",
                nameof(task));
        }

        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(budget.Optimizer), budget.Execution);
        Ending ending = new(EndingKind.Completed, "The gradients were taken back. Look at the audit before the model is used.");
        try
        {
            using (GradMode.Disable())
            {
                parameter.Value.Gradient = (sum * -1.0).To(parameter.Value.Device, parameter.Value.DType);
            }

            optimizer.Step(new StepInputs { TotalSteps = 1 });
        }
        catch (NonFiniteException e)
        {
            ending = new(EndingKind.NonFinite, $"{e.Message.TrimEnd('.')}; nothing was changed. Look at the gradients kept.");
        }
        finally
        {
            parameter.Value.Gradient = null;
        }

        observer?.Invoke(new UnlearningStep(1, 1, 0, true, double.NaN));
        return new UnlearningResult(ending, 1, new UnlearningCounts(count, 0, 0)) { ChangedParameters = [parameter.Name] };
    }
}
