namespace Nabla.Bench;

/// <summary>Tokens a second here and in PyTorch, and the worst relative difference of the first twenty losses.</summary>
internal sealed record GptFigures(string PeerVersion, double TokensPerSecond, double PeerTokensPerSecond, double WorstLossDifference);
