using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>A trained model with what is to be forgotten, and what is measured of it.</summary>
internal sealed record UnlearningTrial(IUnlearningTask Task, UnlearningBudget Budget, Func<IReadOnlyDictionary<string, double>> Measure) : IDisposable
{
    public void Dispose() => Task.Model.Dispose();
}
