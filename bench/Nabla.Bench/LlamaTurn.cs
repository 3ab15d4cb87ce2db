namespace Nabla.Bench;

/// <summary>One turn: tokens a second here and there, and how many times this process's processor time the other took.</summary>
internal sealed record LlamaTurn(double Own, double Theirs, double ProcessorRatio);
