using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// A denoiser of a diffusion model with classes: it guesses the clean sample x from x + σ e, where e is standard normal noise. With
/// its guess D the score of the noisy points is (D - noisy) / σ².
/// </summary>
public interface IClassDenoiser
{
    /// <summary>What holds the weights.</summary>
    Module Model { get; }

    /// <summary>How many classes there are.</summary>
    int Classes { get; }

    /// <summary>The shape of one sample.</summary>
    IReadOnlyList<long> SampleShape { get; }

    /// <summary>Guesses clean samples.</summary>
    /// <param name="noisy">x + σ e, of shape [count, sample shape ...].</param>
    /// <param name="classes">The class of each sample as int64 of shape [count], from 0 to <see cref="Classes"/> - 1.</param>
    /// <param name="levels">σ of each sample, above 0, of shape [count] and the type of <paramref name="noisy"/>.</param>
    /// <returns>The guesses, shaped as <paramref name="noisy"/>, with their graph; owned by the caller.</returns>
    Tensor Denoise(Tensor noisy, Tensor classes, Tensor levels);
}
