namespace Nabla.Engine;

// What libtorch says about its operators, for the generator of the typed methods.
internal static unsafe class OperatorSchemas
{
    // One schema a line, in libtorch's schema language, sorted.
    public static IReadOnlyList<string> All()
    {
        byte* text;
        long bytes;
        NativeMethods.Check(NativeMethods.OperatorSchemas(&text, &bytes));
        string[] lines = System.Text.Encoding.UTF8.GetString(text, checked((int)bytes))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Array.Sort(lines, StringComparer.Ordinal);
        return lines;
    }
}
