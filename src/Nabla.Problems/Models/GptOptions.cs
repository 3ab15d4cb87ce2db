namespace Nabla.Problems.Models;

/// <summary>The sizes of a <see cref="Gpt"/>; the defaults make a model of about 0.84 million parameters.</summary>
public sealed record GptOptions
{
    /// <summary>Blocks, at least 1.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Attention heads; a divisor of <see cref="Width"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Numbers that stand for a token, at least 1.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The most tokens that a sequence may have, at least 1.</summary>
    public int Context { get; init; } = 128;

    /// <summary>Different tokens, at least 1; 256 for bytes.</summary>
    public int Vocabulary { get; init; } = 256;

    /// <summary>The probability that an activation is dropped in training, from 0 to below 1.</summary>
    public double Dropout { get; init; }

    internal void Check()
    {
        Require(Layers >= 1, nameof(Layers), Layers, "at least 1");
        Require(Heads >= 1, nameof(Heads), Heads, "at least 1");
        Require(Width >= 1, nameof(Width), Width, "at least 1");
        Require(Width % Math.Max(Heads, 1) == 0, nameof(Width), Width, $"a multiple of the number of heads, {Heads}");
        Require(Context >= 1, nameof(Context), Context, "at least 1");
        Require(Vocabulary >= 1, nameof(Vocabulary), Vocabulary, "at least 1");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "from 0 to below 1");
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} of the GPT is {value}; it must be {range}.");
        }
    }
}
