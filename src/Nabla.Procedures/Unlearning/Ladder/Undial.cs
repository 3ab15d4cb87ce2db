using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Teaches the model its own starting distribution with the answer token lowered.</summary>
/// <remarks>
/// <para>Needs: the starting logits of what is to be forgotten in memory, answer tokens × classes numbers.</para>
/// <para>Choose it: where training must not run away: the target is fixed.</para>
/// </remarks>
[Method(
    "undial",
    Family.Unlearning,
    Paper = "arXiv:2402.10052",
    Title = "UNDIAL: Self-Distillation with Adjusted Logits for Robust Unlearning in Large Language Models")]
[Departs("The loss is taken at answer positions; public code averages over prompts and padding too.")]
public sealed class Undial : LadderUnlearner, ICataloguedMethod<UndialOptions>
{
    private readonly UndialOptions _options;
    private ExampleTensors? _teacher;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Undial(UndialOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = mean CE(softmax(z_ref - beta * onehot(a)), p_theta)",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(own);
        own(_teacher = StartingModel.Logits(Labelled(task), ExampleSet.Forget, budget.BatchSize));
    }

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.SelfDistillation(Forgotten(batch), _teacher!.Of(batch.Forget), _options.Beta);
    }
}
