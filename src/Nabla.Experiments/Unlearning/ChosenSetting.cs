namespace Nabla.Experiments.Unlearning;

/// <summary>The setting that a calibration chose for a method.</summary>
/// <param name="Values">The setting, as <see cref="SettingGrids"/> has it.</param>
/// <param name="ForgetQualityLog10">The logarithm of the forget quality that it had there.</param>
/// <param name="Utility">The model utility that it had there.</param>
public sealed record ChosenSetting(IReadOnlyDictionary<string, string> Values, double ForgetQualityLog10, double Utility);
