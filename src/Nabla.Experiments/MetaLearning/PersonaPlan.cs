namespace Nabla.Experiments;

/// <summary>
/// A comparison of ways to prepare a small language model for personas that it has not met: teachers are one transformer with a
/// change of low rank for each persona, and their samples are the dialogues.
/// </summary>
/// <remarks>
/// A difference between bases shows only where an adapter of the personas' rank would finish the true base
/// (<see cref="PersonaMethod.TrueBase"/>): that asks for enough dialogues of the new persona, for a rate and steps that fit them, and
/// for changes that a model of this depth can still follow. And retraining must have learned what the personas share. The defaults
/// are such a setting; with 50 dialogues of a new persona not even the true base can be finished, and all methods look alike.
/// </remarks>
public sealed record PersonaPlan
{
    /// <summary>T: personas to retrain on. Default: 6.</summary>
    public int Personas { get; init; } = 6;

    /// <summary>Personas to adapt to. Default: 2.</summary>
    public int Unseen { get; init; } = 2;

    /// <summary>The rank of each persona's change of every adapted matrix. Default: 1.</summary>
    public int PersonaRank { get; init; } = 1;

    /// <summary>The size of that change, relative to the matrix, in Frobenius norm. Default: 1.</summary>
    public double PersonaSize { get; init; } = 1;

    /// <summary>The size of the change of full rank that all personas share and the model must learn, relative to the matrix. Default: 1.</summary>
    public double SharedSize { get; init; } = 1;

    /// <summary>Dialogues of each persona to retrain on. Default: 1000.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Dialogues of each unseen persona to adapt on. Default: 200.</summary>
    public int UnseenSamples { get; init; } = 200;

    /// <summary>Dialogues of each unseen persona to evaluate on. Default: 200.</summary>
    public int HeldOut { get; init; } = 200;

    /// <summary>Tokens of a dialogue. Default: 32.</summary>
    public int Length { get; init; } = 32;

    /// <summary>Different tokens. Default: 16.</summary>
    public int Vocabulary { get; init; } = 16;

    /// <summary>Blocks of the transformer. Default: 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Width of the transformer. Default: 16.</summary>
    public int Width { get; init; } = 16;

    /// <summary>Dialogues in a batch. Default: 32.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Gradients of batches that every way to retrain may take: a multiple of the personas times <see cref="InnerSteps"/>. Default: 1500.</summary>
    public int Gradients { get; init; } = 1500;

    /// <summary>
    /// Gradients of a persona in a round of Reptile, first-order MAML and MAML; the last of the latter two is that of the query.
    /// At least 2 for these. Default: 5.
    /// </summary>
    public int InnerSteps { get; init; } = 5;

    /// <summary>The rank of Meta-LoRA's adapters. Default: 1.</summary>
    public int MetaRank { get; init; } = 1;

    /// <summary>The ranks of the adapter for an unseen persona. Default: 1 and 4.</summary>
    public IReadOnlyList<int> Ranks { get; init; } = [1, 4];

    /// <summary>Steps of adaptation. Default: 200.</summary>
    public int AdaptationSteps { get; init; } = 200;

    /// <summary>The first rate of AdamW in retraining, which falls by a cosine. Default: 1e-2.</summary>
    public double Rate { get; init; } = 1e-2;

    /// <summary>The rate of the plain inner steps of first-order MAML and MAML. Default: 0.3.</summary>
    public double InnerRate { get; init; } = 0.3;

    /// <summary>
    /// First rates of AdamW in adaptation, each falling by a cosine. Of several, each method and rank gets the one that is best on
    /// one more persona, which counts in no result. Default: 1e-2 and 3e-2.
    /// </summary>
    public IReadOnlyList<double> AdaptationRates { get; init; } = [1e-2, 3e-2];

    /// <summary>The ways to retrain. Default: standard retraining, Reptile, first-order MAML and Meta-LoRA.</summary>
    public IReadOnlyList<PersonaMethod> Methods { get; init; } =
        [PersonaMethod.StandardRetraining, PersonaMethod.Reptile, PersonaMethod.Fomaml, PersonaMethod.MetaLora];

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is not allowed; the message says which and what is.</exception>
    public void ThrowIfInvalid()
    {
        Require(Personas >= 1, nameof(Personas), Personas, "1 or above");
        Require(Unseen >= 1, nameof(Unseen), Unseen, "1 or above");
        Require(PersonaRank >= 1, nameof(PersonaRank), PersonaRank, "1 or above");
        Require(PersonaSize >= 0, nameof(PersonaSize), PersonaSize, "0 or above");
        Require(SharedSize >= 0, nameof(SharedSize), SharedSize, "0 or above");
        Require(Samples >= 1, nameof(Samples), Samples, "1 or above");
        Require(UnseenSamples >= 1, nameof(UnseenSamples), UnseenSamples, "1 or above");
        Require(HeldOut >= 1, nameof(HeldOut), HeldOut, "1 or above");
        Require(Length >= 2, nameof(Length), Length, "2 or above");
        Require(Batch >= 1, nameof(Batch), Batch, "1 or above");
        Require(InnerSteps >= 1, nameof(InnerSteps), InnerSteps, "1 or above");
        Require(
            Gradients >= 1 && Gradients % (Personas * InnerSteps) == 0,
            nameof(Gradients), Gradients, $"a multiple of personas times inner steps, {Personas * Math.Max(InnerSteps, 1)}, so that all take as many");
        Require(InnerSteps >= 2 || !Methods.Any(m => m is PersonaMethod.Fomaml or PersonaMethod.Maml), nameof(InnerSteps), InnerSteps, "2 or above for MAML, one step and a query");
        Require(AdaptationRates.Count > 0 && AdaptationRates.All(rate => rate > 0), nameof(AdaptationRates), string.Join(", ", AdaptationRates), "rates above 0, at least one");
        Require(Ranks.Count > 0 && Ranks.All(rank => rank >= 1), nameof(Ranks), string.Join(", ", Ranks), "ranks of 1 or above, at least one");
        Require(Methods.Count > 0, nameof(Methods), "empty", "at least one method");
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} was {value}; it must be {range}. Set PersonaPlan.{name}.", name);
        }
    }
}
