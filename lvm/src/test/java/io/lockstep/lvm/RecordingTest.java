package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordingTest {

    @Test
    void a_run_has_its_status_and_both_outputs() {
        Recording.Run run = Recording.run("02-multi-open-errors", "h1", "lvchange -an vg0/d1_a; lvmlockctl");
        assertThat(run.out()).isEqualTo("LK LV sh j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf\n");
        assertThat(run.err()).isEqualTo("  Logical volume vg0/d1_a in use.\n");
        assertThat(Recording.run("01-modes", "h2", "lvchange -aey").status()).isEqualTo(5);
    }
}
