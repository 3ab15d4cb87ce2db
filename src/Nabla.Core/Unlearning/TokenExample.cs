namespace Nabla.Core;

/// <summary>A prompt and the answer that a language model learned to give.</summary>
/// <param name="Id">What names the example in requests and records; unique within its data.</param>
/// <param name="Prompt">Tokens before the answer; at least one.</param>
/// <param name="Answer">Tokens of the answer, the ending token included; at least one.</param>
public sealed record TokenExample(string Id, IReadOnlyList<int> Prompt, IReadOnlyList<int> Answer);
