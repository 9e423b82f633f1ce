package train

import "testing"

func TestSmallerIsBetter(t *testing.T) {
	for name, want := range map[string]bool{
		"val_loss": true, "val_mae": true, "val_brier": true, "val_cross_entropy": true, "val_calibration_error": true, "val_wer": true,
		"val_nll": true, "val_bits_per_character": true, "val_fall_out": true,
		"val_accuracy": false, "val_r2": false, "val_f_beta": false, "val_auroc": false, "val_bleu": false, "val_dice": false, "val_answer": false,
	} {
		if SmallerIsBetter(name) != want {
			t.Errorf("%s: the smaller the better is %v", name, !want)
		}
	}
}
