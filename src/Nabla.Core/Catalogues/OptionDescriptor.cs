namespace Nabla.Core;

/// <summary>One option of a method, as users see it.</summary>
/// <param name="Name">The name in camelCase.</param>
/// <param name="Type">number, integer, boolean, or the choices joined by |.</param>
/// <param name="Default">The default: <see cref="double"/>, <see cref="long"/>, <see cref="bool"/> or <see cref="string"/>.</param>
/// <param name="Range">The allowed values.</param>
/// <param name="Summary">What the option does.</param>
public sealed record OptionDescriptor(string Name, string Type, object Default, string Range, string Summary);
