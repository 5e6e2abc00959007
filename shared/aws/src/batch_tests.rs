use super::*;

#[test]
fn a_batch_holds_ten_messages_and_one_mebibyte() {
    const HALF: usize = BATCH_BYTES_MAX / 2;
    assert_eq!(lengths(&[]), [0; 0]);
    assert_eq!(lengths(&[1; 10]), [10]);
    assert_eq!(lengths(&[1; 21]), [10, 10, 1]);
    assert_eq!(lengths(&[HALF, HALF, 1]), [2, 1]);
    assert_eq!(lengths(&[HALF, HALF + 1, HALF]), [1, 1, 1]);
    assert_eq!(lengths(&[1, BATCH_BYTES_MAX + 1, 1]), [1, 1, 1]);
}

fn silence() -> SendResult {
    Err(SendFailure::Unavailable("silence".to_owned()))
}

#[test]
fn each_place_gets_its_own_result_and_silence_is_no_success() {
    let answer = [
        Settled::sent("2".to_owned(), "m2".to_owned()),
        Settled::failed("0".to_owned(), "InvalidMessageContents", None, true),
        Settled::failed("3".to_owned(), "InternalError", None, false),
        Settled::failed("9".to_owned(), "InternalError", None, false),
        Settled::failed("nonsense".to_owned(), "InternalError", None, false),
    ];
    let mut results = vec![silence(), silence(), silence(), silence()];
    note(answer, &mut results);
    assert_eq!(
        results,
        [
            Err(SendFailure::Refused("InvalidMessageContents".to_owned())),
            silence(),
            Ok(Sent { message_id: "m2".to_owned() }),
            Err(SendFailure::Unavailable("InternalError".to_owned())),
        ]
    );
    let mut places = vec![0, 1, 2, 3];
    unsettled(&mut places, &results);
    assert_eq!(places, [1, 3]);
}
