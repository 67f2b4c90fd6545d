package io.lockstep.controller.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSourcesTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:file:/var/lib/lockstep/history;WRITE_DELAY=0, false",
        "jdbc:h2:file:/mnt/shared/history;auto_server=true, true",
        "jdbc:h2:tcp://db/history, true",
        "jdbc:postgresql://db/lockstep, true"
    })
    void what_another_controller_may_write_is_compared_with(String url, boolean shared) {
        assertThat(DataSources.shared(url)).isEqualTo(shared);
    }

    @Test
    void a_database_of_another_kind_is_refused_with_those_that_are_not() {
        assertThatThrownBy(() -> DataSources.pooled("jdbc:mysql://db/lockstep", Optional.empty(), Optional.empty()))
                .hasMessage(
                        "lockstep.database.url: \"jdbc:mysql://db/lockstep\" is neither jdbc:postgresql://HOST/DATABASE"
                                + " nor jdbc:h2:file:PATH");
    }
}
