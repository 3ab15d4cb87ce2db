namespace Nabla.Core;

/// <summary>A model that shows the weights of its attention layers.</summary>
public interface IAttentionModel
{
    /// <summary>The attention layers, in the order in which they are passed.</summary>
    IReadOnlyList<AttentionLayer> Attentions { get; }
}
