namespace Nabla.Experiments;

/// <summary>What adaptation to unseen personas came to from one base.</summary>
/// <param name="Method">How the base was made.</param>
/// <param name="Rank">The rank of the adapter.</param>
/// <param name="Excess">
/// The held-out loss after the last step less that of the persona's own teacher, in nats a token, the mean over unseen personas:
/// 0 would be the teacher itself.
/// </param>
/// <param name="BestExcess">The same at the best step, known only by looking at the held-out dialogues.</param>
/// <param name="StartExcess">The same before adaptation.</param>
/// <param name="Gradients">Gradients of batches taken in retraining.</param>
/// <param name="Products">Products with second derivatives taken in retraining, which MAML alone needs.</param>
/// <param name="AdaptationRate">The rate of adaptation.</param>
public sealed record PersonaOutcome(
    PersonaMethod Method, int Rank, double Excess, double BestExcess, double StartExcess, long Gradients, long Products, double AdaptationRate);
