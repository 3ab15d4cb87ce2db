using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>The losses of score identity distillation, with noise added as x + σ e, and the schedule of σ.</summary>
public static class ScoreDistillation
{
    /// <summary>The noise level of the variance-preserving schedule with linear rates from 0.1 to 20: σ² = exp(0.1 t + 9.95 t²) - 1.</summary>
    /// <param name="time">From 0 to 1.</param>
    /// <returns>σ, the noise beside a signal of its own size.</returns>
    public static double Level(double time) => Math.Sqrt(Math.Exp((0.1 * time) + (9.95 * time * time)) - 1);

    /// <summary>The loss of the fake score, the squared error of the guessed noise: mean over samples of |D - x|² / σ².</summary>
    /// <param name="guess">D, the fake's guesses of the clean samples; [count, ...].</param>
    /// <param name="sample">x, the generator's samples; [count, ...].</param>
    /// <param name="levels">σ of each sample; [count].</param>
    /// <returns>A scalar with its graph.</returns>
    public static Tensor FakeLoss(Tensor guess, Tensor sample, Tensor levels)
    {
        ArgumentNullException.ThrowIfNull(guess);
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(levels);
        using var scope = new TensorScope();
        return (Rows(guess - sample).Square().Sum(1) / levels.Square()).Mean().MoveToOuter();
    }

    /// <summary>
    /// The loss of the generator: mean over samples of ⟨P - F, (P - x) - α (P - F)⟩ / ω, where ω is the mean absolute value of P - x,
    /// at least 10⁻⁵, without a derivative.
    /// </summary>
    /// <param name="teacher">P, the teacher's guesses; [count, ...].</param>
    /// <param name="fake">F, the fake's guesses; [count, ...].</param>
    /// <param name="sample">x, the generator's samples; [count, ...].</param>
    /// <param name="alpha">α.</param>
    /// <returns>A scalar with its graph.</returns>
    public static Tensor GeneratorLoss(Tensor teacher, Tensor fake, Tensor sample, double alpha)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(fake);
        ArgumentNullException.ThrowIfNull(sample);
        using var scope = new TensorScope();
        var gap = Rows(teacher - fake);
        var error = Rows(teacher - sample);
        var size = error.Detach().Abs().Mean(1).ClampMin(1e-5);
        return ((gap * (error - (gap * alpha))).Sum(1) / size).Mean().MoveToOuter();
    }

    private static Tensor Rows(Tensor samples) => samples.Reshape(samples.Shape[0], -1);
}
