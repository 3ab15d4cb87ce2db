using System.Globalization;
using System.Text;

namespace Nabla.OperatorGenerator;

/// <summary>How names of operators, arguments and results are written in C#.</summary>
internal static class CSharpNames
{
    /// <summary>
    /// Members of Tensor that are written by hand. An operator of the same name becomes a static method of Ops
    /// with the tensor as its first argument.
    /// </summary>
    private static readonly HashSet<string> s_tensorMembers = new(StringComparer.Ordinal)
    {
        "Arange", "AsSpan", "Backward", "ByteCount", "CopyFrom", "DType", "Data", "DataPointer", "Detach", "Device",
        "Dispose", "ElementCount", "Empty", "EmptyLike", "Equals", "Fill", "From", "Full", "GetHashCode", "GetType",
        "Gradient", "Handle", "IsContiguous", "IsDisposed", "Item", "MoveToOuter", "Ones", "OnesLike", "Rand", "Randn",
        "Rank", "Release", "RequiresGrad", "Scalar", "Shape", "Strides", "ToArray", "ToString", "Zeros", "ZerosLike",
    };

    private static readonly HashSet<string> s_keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const",
        "continue", "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern",
        "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface",
        "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override",
        "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof",
        "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint",
        "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    };

    /// <summary>Whether Tensor has a handwritten member of this name.</summary>
    public static bool IsTensorMember(string name) => s_tensorMembers.Contains(name);

    /// <summary><c>log_softmax</c> becomes LogSoftmax, <c>add_</c> becomes Add_, <c>_unique2</c> becomes Unique2.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder();
        var upper = true;
        foreach (var c in name.TrimEnd('_'))
        {
            if (c == '_')
            {
                upper = true;
                continue;
            }

            text.Append(upper ? char.ToUpper(c, CultureInfo.InvariantCulture) : c);
            upper = false;
        }

        return name.EndsWith('_') ? text.Append('_').ToString() : text.ToString();
    }

    /// <summary><c>normalized_shape</c> becomes normalizedShape, <c>A</c> becomes a, <c>out</c> becomes @out.</summary>
    public static string Camel(string name)
    {
        var pascal = Pascal(name);
        var camel = pascal.All(char.IsUpper)
            ? pascal.ToLowerInvariant()
            : char.ToLower(pascal[0], CultureInfo.InvariantCulture) + pascal[1..];
        return Safe(camel);
    }

    /// <summary>The name, marked where it is a keyword.</summary>
    public static string Safe(string name) => s_keywords.Contains(name) ? "@" + name : name;

    /// <summary>The field that holds an operator: <c>add.Tensor</c> is add_Tensor.</summary>
    public static string Field(OperatorSchema schema) => Safe(schema.FullName.Replace('.', '_'));
}
