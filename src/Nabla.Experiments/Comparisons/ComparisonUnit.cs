using System.Globalization;

namespace Nabla.Experiments;

/// <summary>A part of a comparison that is trained on its own: a trial of tuning, or a method on a seed.</summary>
/// <param name="Method">Catalogue name of the method.</param>
/// <param name="Index">Number of the trial or of the seed, from 0.</param>
/// <param name="LearningRate">The rate that a trial tries; null for a run.</param>
internal sealed record ComparisonUnit(string Method, int Index, double? LearningRate)
{
    public bool IsTrial => LearningRate is not null;

    /// <summary>Its place in the store.</summary>
    public string Slot => string.Create(CultureInfo.InvariantCulture, $"{(IsTrial ? "tune" : "run")}/{Method}/{Index}");

    /// <summary>Number of the seed as events name it.</summary>
    public int SeedIndex => IsTrial ? -1 : Index;
}
