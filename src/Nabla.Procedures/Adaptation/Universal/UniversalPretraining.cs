using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Trains a sequence model on what random computations make of random tokens, before any data are seen.</summary>
/// <remarks>
/// <para>Update: before each step some kept sequences are replaced by what a fresh LSTM of random weights writes after reading them,
/// a few by noise; then one step of the model on a batch of the kept ones.</para>
/// <para>Needs: no data. The sequences are computed in plain loops beside the model's step.</para>
/// <para>Choose it: to begin with a model that predicts from context when data are few.</para>
/// </remarks>
[Method(
    "universal-pretraining",
    Family.Adaptation,
    Paper = "arXiv:2506.20057",
    Title = "Universal pre-training by iterated random computation")]
[Departs("Each computation draws the gain of its weights and the sharpness of its scores between 0 and the options, so that some write noise and some repeat themselves; the sizes are for small machines.")]
public sealed class UniversalPretraining : ICataloguedMethod<UniversalPretrainingOptions>, IDisposable, IStateful
{
    private readonly ICausalModel _model;
    private readonly Module _module;
    private readonly Optimizer _optimizer;

    /// <summary>Prepares the training; nothing is trained yet.</summary>
    /// <typeparam name="TModel">The kind of model.</typeparam>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="optimizer">The method, any of the catalogue that makes its step from the gradient alone.</param>
    /// <param name="seed">Fixes the sequences.</param>
    /// <returns>The training; the caller disposes it.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">The sequences are longer than the model's context.</exception>
    public static UniversalPretraining Begin<TModel>(TModel model, UniversalPretrainingOptions options, MethodOptions optimizer, Seed seed)
        where TModel : Module, ICausalModel => new(model, model, options, optimizer, seed);

    private UniversalPretraining(ICausalModel model, Module module, UniversalPretrainingOptions options, MethodOptions optimizer, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(optimizer);
        options.ThrowIfInvalid();
        if (options.Length - 1 > model.Context)
        {
            throw new ArgumentException(
                $"Sequences of {options.Length} tokens need a context of {options.Length - 1}; the model has {model.Context}. Lower UniversalPretrainingOptions.Length.",
                nameof(model));
        }

        (_model, _module) = (model, module);
        Source = new UniversalSource(options, model.Vocabulary, seed);
        _optimizer = RetrainingRun.Create(module.Parameters, optimizer);
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "for computed places i: s[i] = what a random LSTM writes after reading s[i] and a beginning cut from another sequence",
        "for renewed places i: s[i] = random tokens",
        "the model steps by the gradient of its loss on a batch of s",
    ];

    /// <summary>The sequences.</summary>
    public UniversalSource Source { get; }

    /// <summary>Steps made.</summary>
    public long Steps { get; private set; }

    /// <summary>The loss of the last step, in nats a token; not a number before the first.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Trains until so many steps were made in all.</summary>
    /// <param name="steps">Steps since the beginning; at least 1.</param>
    /// <param name="cancellationToken">Ends between two steps.</param>
    /// <returns>Why it ended; what is not finite ends it before the step.</returns>
    public Ending Run(long steps, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var training = _module.Training;
        _module.Training = true;
        try
        {
            while (Steps < steps)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return new Ending(EndingKind.Cancelled, string.Create(CultureInfo.InvariantCulture, $"Cancelled after step {Steps}."));
                }

                if (Step(steps) is { } problem)
                {
                    return new Ending(
                        EndingKind.NonFinite,
                        string.Create(CultureInfo.InvariantCulture, $"{problem} at step {Steps + 1}; the step was not made. Lower the learning rate."));
                }

                Steps++;
            }

            return new Ending(EndingKind.Completed, string.Create(CultureInfo.InvariantCulture, $"All {steps} steps were made."));
        }
        finally
        {
            _module.Training = training;
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Integer("steps", Steps);
        writer.Number("loss", Loss);
        RetrainingRun.SaveParameters(writer.Part("model"), _module.Parameters);
        _optimizer.Save(writer.Part("optimizer"));
        Source.Save(writer.Part("source"));
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Steps = reader.Integer("steps");
        Loss = reader.Number("loss");
        RetrainingRun.LoadParameters(reader.Part("model"), _module.Parameters);
        _optimizer.Load(reader.Part("optimizer"));
        Source.Load(reader.Part("source"));
    }

    /// <summary>Frees the optimizer; the model stays as it is.</summary>
    public void Dispose() => _optimizer.Dispose();

    private string? Step(long steps)
    {
        using var scope = new TensorScope();
        using var batch = Source.NextBatch();
        _optimizer.ZeroGradients();
        var scores = _model.Scores(_model.Hidden(batch.Inputs));
        var rows = scores.View(-1, _model.Vocabulary);
        var loss = (rows.DType is DType.BFloat16 or DType.Float16 ? rows.To(DType.Float32) : rows).CrossEntropyLoss(batch.Targets.View(-1));
        var value = loss.Item();
        if (!double.IsFinite(value))
        {
            return $"The loss was {value}";
        }

        loss.Backward();
        if (_module.Parameters.FirstOrDefault(p => p.Gradient is { } gradient && !TensorValues.AreFinite(gradient)) is { } bad)
        {
            return $"The gradient of '{bad.Name}' was not finite";
        }

        try
        {
            _optimizer.Step(new StepInputs(value) { TotalSteps = steps });
        }
        catch (NonFiniteException problem)
        {
            return problem.Message.TrimEnd('.');
        }

        Loss = value;
        return null;
    }
}
