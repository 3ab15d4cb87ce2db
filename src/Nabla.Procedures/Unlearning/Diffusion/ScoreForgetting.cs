using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Score forgetting distillation: a diffusion model becomes a generator of one step, in which a class is answered by another. No data
/// are read: the generator makes the samples, the frozen teacher says where each should go.
/// </summary>
/// <remarks>
/// <para>Update: in turn, the fake score learns to denoise the generator's samples, and the generator goes down the difference of the
/// teacher's and the fake's guesses at its noisy samples. For samples of the class to forget the teacher is asked with the class
/// that takes its place.</para>
/// <para>Needs: a denoiser with classes, and two more networks; the authors begin both with the teacher's weights. Each round asks the
/// teacher and passes it back, and trains two networks.</para>
/// <para>Choose it: where samples of a class must stop and the data are gone or may not be read. The teacher still knows
/// the class.</para>
/// <para>The authors train with <c>clip-value(adam)</c> of limit 1, rate 1e-5 and beta1 = 0.</para>
/// </remarks>
/// <param name="options">The classes, weights and noise levels.</param>
[Method(
    "sfd",
    Family.Unlearning,
    Paper = "arXiv:2409.11219",
    Title = "Score Forgetting Distillation: A Swift, Data-Free Method for Machine Unlearning in Diffusion Models")]
[Departs("Noise levels are drawn from the continuous schedule, not from its thousand points.")]
[Departs("Classes to keep are drawn evenly; the authors' code reads them from the labels of the data.")]
[Departs("Guidance without classes is not here, nor the moving average of the generator's weights.")]
public class ScoreForgetting(ScoreForgettingOptions options) : ICataloguedMethod<ScoreForgettingOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "x = G(sigma[init] z, c);  y = x + sigma e",
        "fake: psi <- psi - optimizer(grad [sgRemainCoef * mean over kept c of |F(y, c) - x|^2 / sigma^2 + sgForgetCoef * the same over c = forgotten])",
        "L(c, s) = mean of (P(y, s) - F(y, c)) . ((P(y, s) - x) - alpha (P(y, s) - F(y, c))) / mean |P(y, s) - x|",
        "generator: theta <- theta - optimizer(grad [gRemainCoef * mean over kept c of L(c, c) + gForgetCoef * L(forgotten, override)])",
    ];

    /// <summary>Draws samples in one step.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="classes">The class of each sample.</param>
    /// <param name="random">What noise comes from.</param>
    /// <param name="time">The time that the generator was trained to start from.</param>
    /// <returns>[count, sample shape ...], with its graph where gradients are on; owned by the caller.</returns>
    public static Tensor Sample(IClassDenoiser generator, IReadOnlyList<int> classes, RandomStream random, double time)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        using var scope = new TensorScope();
        var draws = new ScoreDraws(generator, random);
        var level = ScoreDistillation.Level(time);
        return generator.Denoise(draws.Noise(classes.Count) * level, draws.Classes(classes), draws.Levels(classes.Count, level)).MoveToOuter();
    }

    /// <summary>Trains the generator, and the fake score beside it.</summary>
    /// <param name="teacher">The denoiser as it is; it stays so.</param>
    /// <param name="fake">Becomes the denoiser of the generator's samples.</param>
    /// <param name="generator">Becomes the generator of one step.</param>
    /// <param name="budget">Optimizers, rounds and seed.</param>
    /// <param name="observer">Is told after each round; it may draw samples, and must not change the networks.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">Networks are the same one, or their classes or samples differ.</exception>
    /// <exception cref="OptionException">An option is wrong, or names a class that is none.</exception>
    public ScoreForgettingResult Forget(
        IClassDenoiser teacher, IClassDenoiser fake, IClassDenoiser generator, ScoreForgettingBudget budget, Action<ScoreForgettingStep>? observer = null)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(fake);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(budget);
        options.ThrowIfInvalid();
        budget.ThrowIfInvalid();
        Check(teacher, fake, generator);
        using var rest = new ModelModes([teacher.Model, fake.Model, generator.Model]);
        using var forFake = Make(fake, budget.FakeOptimizer ?? budget.Optimizer, budget.Execution, nameof(budget.FakeOptimizer));
        using var forGenerator = Make(generator, budget.Optimizer, budget.Execution, nameof(budget.Optimizer));
        var draws = new ScoreDraws(generator, new RandomStream(budget.Seed.Derive("score forgetting")));
        int[] kept = [.. Enumerable.Range(0, teacher.Classes).Where(c => c != options.LabelToForget)];
        long step = 0;
        Ending? ending = null;
        try
        {
            while (step < budget.Steps && ending is null)
            {
                if (budget.CancellationToken.IsCancellationRequested)
                {
                    ending = new Ending(EndingKind.Cancelled, "Stopped early; the networks are as the last round left them.");
                    break;
                }

                using var scope = new TensorScope();
                int[] remain = [.. Enumerable.Range(0, budget.BatchSize).Select(_ => kept[draws.Random.NextInt(kept.Length)])];
                int[] forget = [.. Enumerable.Repeat(options.LabelToForget, budget.BatchSize)];
                var instead = SafeClasses(kept, budget.BatchSize, draws.Random);

                rest.Train(fake.Model);
                var fakeLoss = Weighted(
                    (options.SgRemainCoef, () => FakeLoss(fake, generator, remain, draws)),
                    (options.SgForgetCoef, () => FakeLoss(fake, generator, forget, draws)));
                ending = Descend("fake score", fakeLoss, fake, forFake, step, budget.Steps);
                if (ending is not null)
                {
                    break;
                }

                rest.Train(generator.Model);
                var generatorLoss = Weighted(
                    (options.GRemainCoef, () => GeneratorLoss(teacher, fake, generator, remain, remain, draws)),
                    (options.GForgetCoef, () => GeneratorLoss(teacher, fake, generator, forget, instead, draws)));
                ending = Descend("generator", generatorLoss, generator, forGenerator, step, budget.Steps);
                if (ending is not null)
                {
                    break;
                }

                step++;
                rest.Rest();
                observer?.Invoke(new ScoreForgettingStep(step, budget.Steps, fakeLoss.Item(), generatorLoss.Item()));
            }
        }
        catch (NonFiniteException e)
        {
            ending = new Ending(EndingKind.NonFinite, $"{e.Message.TrimEnd('.')}; the last update was not made. Lower the learning rate.");
        }
        finally
        {
            forFake.ZeroGradients();
            forGenerator.ZeroGradients();
        }

        return new ScoreForgettingResult(
            ending ?? new Ending(EndingKind.Completed, "All rounds were made. Look at samples of every class before the generator is used."), step);
    }

    /// <summary>The classes with which the teacher is asked about samples of the class to forget.</summary>
    /// <param name="kept">The other classes.</param>
    /// <param name="count">How many samples there are.</param>
    /// <param name="random">What choices are drawn from.</param>
    /// <returns>A class for each sample.</returns>
    protected virtual IReadOnlyList<int> SafeClasses(IReadOnlyList<int> kept, int count, RandomStream random) =>
        options.LabelToOverride >= 0
            ? [.. Enumerable.Repeat(options.LabelToOverride, count)]
            : [.. Enumerable.Range(0, count).Select(_ => kept[random.NextInt(kept.Count)])];

    private static Tensor Weighted(params ReadOnlySpan<(double Weight, Func<Tensor> Loss)> terms)
    {
        Tensor? sum = null;
        foreach (var (weight, loss) in terms)
        {
            if (weight > 0)
            {
                var term = loss() * weight;
                sum = sum is null ? term : sum + term;
            }
        }

        return sum!;
    }

    private Tensor FakeLoss(IClassDenoiser fake, IClassDenoiser generator, int[] classes, ScoreDraws draws)
    {
        Tensor sample;
        using (GradMode.Disable())
        {
            sample = Sample(generator, classes, draws.Random, options.TInit);
        }

        var levels = draws.Levels(classes.Length, options.TMin, options.TMax);
        return ScoreDistillation.FakeLoss(fake.Denoise(draws.Add(sample, levels), draws.Classes(classes), levels), sample, levels);
    }

    private Tensor GeneratorLoss(
        IClassDenoiser teacher, IClassDenoiser fake, IClassDenoiser generator, int[] classes, IReadOnlyList<int> asked, ScoreDraws draws)
    {
        var sample = Sample(generator, classes, draws.Random, options.TInit);
        var levels = draws.Levels(classes.Length, options.TMin, options.TMax);
        var noisy = draws.Add(sample, levels);
        return ScoreDistillation.GeneratorLoss(
            teacher.Denoise(noisy, draws.Classes(asked), levels), fake.Denoise(noisy, draws.Classes(classes), levels), sample, options.Alpha);
    }

    private static Ending? Descend(string name, Tensor loss, IClassDenoiser network, Optimizer optimizer, long step, long total)
    {
        Ending Broken(string what) => new(
            EndingKind.NonFinite,
            string.Create(CultureInfo.InvariantCulture, $"{what} of the {name} was not finite in round {step + 1}; its update was not made. Lower the learning rate."));
        var value = loss.Item();
        if (!double.IsFinite(value))
        {
            return Broken("The loss");
        }

        optimizer.ZeroGradients();
        loss.Backward();
        if (network.Model.Parameters.FirstOrDefault(p => p.Gradient is { } gradient && gradient.Isfinite().All().Item() == 0) is { } bad)
        {
            return Broken($"The gradient of '{bad.Name}'");
        }

        optimizer.Step(new StepInputs(value) { TotalSteps = total });
        return null;
    }

    private static Optimizer Make(IClassDenoiser network, MethodOptions method, ExecutionOptions? execution, string name)
    {
        var optimizer = Optimizer.Create(ParameterGroups.Of(network.Model.Parameters).AssignRest(method), execution);
        if (!optimizer.UsesOracle)
        {
            return optimizer;
        }

        optimizer.Dispose();
        throw new OptionException(
            "The optimizer evaluates the loss at more than one point of a step, which distillation does not offer. Choose one that reads gradients only, such as adam.",
            name,
            method);
    }

    private void Check(IClassDenoiser teacher, IClassDenoiser fake, IClassDenoiser generator)
    {
        foreach (var (other, name) in new[] { (fake, nameof(fake)), (generator, nameof(generator)) })
        {
            if (other.Classes != teacher.Classes || !other.SampleShape.SequenceEqual(teacher.SampleShape))
            {
                throw new ArgumentException(
                    $"The {name} has {other.Classes} classes of samples [{string.Join(", ", other.SampleShape)}], the teacher {teacher.Classes} of "
                    + $"[{string.Join(", ", teacher.SampleShape)}]. Give networks of the same samples.",
                    name);
            }
        }

        if (ReferenceEquals(fake.Model, teacher.Model) || ReferenceEquals(generator.Model, teacher.Model) || ReferenceEquals(fake.Model, generator.Model))
        {
            throw new ArgumentException("Teacher, fake score and generator share a model. Give each its own copy of the weights.", nameof(generator));
        }

        if (Math.Max(options.LabelToForget, options.LabelToOverride) >= teacher.Classes)
        {
            throw new OptionException(
                $"LabelToForget was {options.LabelToForget} and LabelToOverride {options.LabelToOverride}; there are {teacher.Classes} classes, from 0. Name two of them.",
                options.LabelToForget >= teacher.Classes ? nameof(options.LabelToForget) : nameof(options.LabelToOverride),
                Math.Max(options.LabelToForget, options.LabelToOverride));
        }
    }
}
