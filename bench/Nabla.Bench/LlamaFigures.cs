namespace Nabla.Bench;

/// <summary>What the Llama measurements gave: rates in tokens a second, memory in bytes.</summary>
internal sealed class LlamaFigures
{
    public required double Parameters { get; init; }

    public string PeerVersion { get; set; } = "";

    public List<LlamaTurn> Generation { get; } = [];

    public List<LlamaTurn> Training { get; } = [];

    public bool SameTokens { get; set; } = true;

    public double WorstLoss { get; set; }

    public Dictionary<string, ((double Loaded, double Peak) Own, double Theirs)> Peaks { get; } = [];
}
