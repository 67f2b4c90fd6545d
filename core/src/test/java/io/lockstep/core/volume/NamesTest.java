package io.lockstep.core.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"vg0", "d1_a", "a-b", "_x", "+", ".hidden", "...", "A.b-c_d+e"})
    void names_that_lvm_accepts_are_names(String name) {
        assertThat(new VgName(name)).hasToString(name);
        assertThat(new LvName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "--yes", ".", "..", "a b", "a/b", "a;b", "a\nb", "ä", "a\u0000", "$(id)", "@tag"})
    void what_lvm_does_not_accept_never_becomes_a_name(String name) {
        assertThatThrownBy(() -> new VgName(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LvName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a logical volume name");
    }

    @Test
    void a_refused_name_is_shown_short_and_without_control_characters() {
        assertThatThrownBy(() -> new LvName("x\u001b[31m" + "y".repeat(5000)))
                .hasMessageNotContaining("\u001b")
                .message()
                .hasSizeLessThan(300);
    }

    @Test
    void a_volume_name_is_read_at_its_slash() {
        VolumeName name = VolumeName.of("vg0/d1_a");
        assertThat(name.vg()).isEqualTo(new VgName("vg0"));
        assertThat(name.lv()).isEqualTo(new LvName("d1_a"));
        assertThat(name)
                .hasToString("vg0/d1_a")
                .isLessThan(VolumeName.of("vg0/d1_b"))
                .isLessThan(VolumeName.of("vg1/a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vg0", "/", "vg0/", "/d1", "vg0/d1/x", "vg0 /d1"})
    void a_text_without_two_names_is_no_volume_name(String text) {
        assertThatThrownBy(() -> VolumeName.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_lv_uuid_is_the_same_with_and_without_dashes() {
        LvUuid uuid = new LvUuid("j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
        assertThat(uuid.plain()).isEqualTo("j2hSQSPryZpKgm5oY00pI6dVfORgW4Uf");
        assertThat(LvUuid.ofPlain(uuid.plain())).isEqualTo(uuid);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "j2hSQSPryZpKgm5oY00pI6dVfORgW4Uf",
                "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4U",
                "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf\n",
                "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4U!",
                "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVf-ORgW4Uf",
                "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfOXRgW4Uf",
                "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uä"
            })
    void anything_else_is_no_lv_uuid(String text) {
        assertThatThrownBy(() -> new LvUuid(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf", "j2hSQSPryZpKgm5oY00pI6dVfORgW4U"})
    void anything_else_is_no_plain_lv_uuid(String text) {
        assertThatThrownBy(() -> LvUuid.ofPlain(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_volume_is_its_uuid_whatever_its_name() {
        Volume volume = Volume.of("vg0/a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
        Volume renamed = Volume.of("vg0/z", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
        Volume remade = Volume.of("vg0/a", "jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6");
        assertThat(renamed).isEqualTo(volume).hasSameHashCodeAs(volume).isEqualByComparingTo(volume);
        assertThat(remade).isNotEqualTo(volume).isNotEqualByComparingTo(volume);
    }
}
